//! The emblem and the band: engraved-line patterns drawn from the network's identity.
//!
//! The same network always has the same emblem. They mark documents and are never called a proof: anyone can draw them.

use std::f64::consts::TAU;
use std::fmt::Write;

/// The identity's bytes as numbers between 0 and 1, repeated as often as needed.
struct Seed {
    bytes: Vec<u8>,
}

impl Seed {
    fn new(network_id: &str) -> Self {
        let bytes = hex::decode(network_id).unwrap_or_else(|_| network_id.as_bytes().to_vec());
        Self { bytes: if bytes.is_empty() { vec![0] } else { bytes } }
    }

    fn unit(&self, index: usize) -> f64 {
        f64::from(self.bytes.get(index % self.bytes.len()).copied().unwrap_or(0)) / 255.0
    }
}

/// The emblem's paths in a view box of 100 × 100; `rings` of 3 suit a small print, 5 a large one.
pub(crate) fn rosette(network_id: &str, rings: usize, stroke: &str) -> String {
    let seed = Seed::new(network_id);
    let mut out = format!("<g fill=\"none\" stroke=\"currentColor\" stroke-width=\"{stroke}\">");
    for ring in 0..rings {
        let place = (ring as f64 + 0.5) / rings as f64;
        let radius = 8.0 + 36.0 * place;
        let amplitude = (40.0 / rings as f64) * (0.55 + 0.35 * seed.unit(3 * ring));
        let lobes = 8.0 + (4.0 * place).round() + (6.0 * seed.unit(3 * ring + 1)).round();
        let second = 0.35 * seed.unit(3 * ring + 2);
        for phase in [0.0, 0.5] {
            let points = 24 * lobes as usize / 2;
            let mut path = String::new();
            for step in 0..points {
                let angle = TAU * step as f64 / points as f64;
                let wave = (lobes * angle + TAU * phase).sin() + second * (2.0 * lobes * angle).sin();
                let r = (radius + amplitude * 0.5 * wave).clamp(2.0, 49.0);
                let (x, y) = (50.0 + r * angle.cos(), 50.0 + r * angle.sin());
                let _ = write!(path, "{}{x:.1} {y:.1}", if step == 0 { 'M' } else { 'L' });
            }
            let _ = write!(out, "<path d=\"{path}Z\"/>");
        }
    }
    out.push_str("</g>");
    out
}

/// The band: a strip of 144 × 16 that repeats without a seam.
pub(crate) fn band(network_id: &str) -> String {
    const WIDTH: f64 = 144.0;
    let seed = Seed::new(network_id);
    let main = 3.0 + (2.0 * seed.unit(20)).round();
    let fine = main * 2.0;
    let ripple = 0.9 + 0.8 * seed.unit(21);
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"144\" height=\"16\" viewBox=\"0 0 144 16\">\
         <g fill=\"none\" stroke=\"#456d96\" stroke-width=\".7\">",
    );
    for strand in 0..6 {
        let phase = f64::from(strand) / 6.0;
        let mut path = String::new();
        for step in 0..=72 {
            let x = f64::from(step) * 2.0;
            let turn = TAU * x / WIDTH;
            let y = 8.0 + 4.9 * (main * turn + TAU * phase).sin() + ripple * (fine * turn - TAU * phase).sin();
            let _ = write!(path, "{}{x:.0} {y:.2}", if step == 0 { 'M' } else { 'L' });
        }
        let _ = write!(out, "<path d=\"{path}\"/>");
    }
    out.push_str("</g></svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_network_has_the_same_emblem() {
        assert_eq!(rosette("a3e4", 3, "1"), rosette("a3e4", 3, "1"));
        assert_ne!(rosette("a3e4", 3, "1"), rosette("a3e5", 3, "1"));
        assert_ne!(band("00ff"), band("ff00"));
    }

    #[test]
    fn the_band_has_no_seam() {
        let drawn = band("0123456789abcdef");
        let first = drawn.split("d=\"M0 ").nth(1).and_then(|rest| rest.split('L').next()).unwrap();
        let last = drawn.split("L144 ").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert_eq!(first, last);
    }

    #[test]
    fn an_identity_that_is_not_hex_is_drawn_too() {
        assert!(rosette("", 5, ".62").contains("<path"));
        assert!(band("not hex").contains("<path"));
    }
}
