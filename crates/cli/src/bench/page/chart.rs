//! Charts as SVG.

use super::escaped;
use crate::bench::words::{percent, whole};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 34.0;
const BAR_HEIGHT: f64 = 26.0;
const BAR_LEFT: f64 = 170.0;
const GRID_LINES: usize = 4;

/// Values over time, one for each second; where there is none the line has a gap.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) values: Vec<Option<f64>>,
}

/// Lines over one scale that begins at 0.
pub(super) fn lines(id: &str, title: &str, description: &str, lines: &[Line]) -> String {
    let all = lines.iter().flat_map(|line| line.values.iter().flatten());
    let top = rounded_up(all.copied().fold(0.0, f64::max));
    let seconds = lines.iter().map(|line| line.values.len()).max().unwrap_or(0).max(2);
    let x = |second: usize| LEFT + (WIDTH - LEFT - RIGHT) * second as f64 / (seconds - 1) as f64;
    let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - value / top);
    let mut svg = open(id, title, description, HEIGHT);
    for step in 0..=GRID_LINES {
        let value = top * step as f64 / GRID_LINES as f64;
        let at = y(value);
        svg.push_str(&format!(
            "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{at:.1}\"/><text class=\"faint\" x=\"{:.1}\" \
             y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            WIDTH - RIGHT,
            LEFT - 6.0,
            at + 4.0,
            whole(value)
        ));
    }
    for second in [0, (seconds - 1) / 2, seconds - 1] {
        svg.push_str(&format!(
            "<text class=\"faint\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{second} s</text>\n",
            x(second),
            HEIGHT - BOTTOM + 18.0
        ));
    }
    for (number, line) in lines.iter().enumerate() {
        svg.push_str(&format!(
            "<path class=\"{}\" fill=\"none\" stroke-width=\"2\" d=\"{}\"/>\n",
            line.class,
            path(line, x, y)
        ));
        let legend = LEFT + 190.0 * number as f64;
        svg.push_str(&format!(
            "<line class=\"{}\" stroke-width=\"2\" x1=\"{legend}\" y1=\"12\" x2=\"{:.1}\" y2=\"12\"/><text x=\"{:.1}\" y=\"16\">{}</text>\n",
            line.class,
            legend + 26.0,
            legend + 32.0,
            line.name
        ));
    }
    svg.push_str("</svg>\n");
    svg
}

fn path(line: &Line, x: impl Fn(usize) -> f64, y: impl Fn(f64) -> f64) -> String {
    let (mut path, mut drawing) = (String::new(), false);
    for (second, value) in line.values.iter().enumerate() {
        if let Some(value) = value {
            path.push_str(&format!("{}{:.1} {:.1}", if drawing { "L" } else { "M" }, x(second), y(*value)));
        }
        drawing = value.is_some();
    }
    path
}

/// A part of a whole; more than the whole is drawn as the whole, and its number is right.
pub(super) struct Bar {
    pub(super) name: &'static str,
    pub(super) ratio: f64,
}

/// Parts of a whole, one below the other.
pub(super) fn bars(id: &str, title: &str, bars: &[Bar]) -> String {
    let said: Vec<String> = bars.iter().map(|bar| format!("{}: {}", bar.name, percent(bar.ratio))).collect();
    let mut svg = open(id, title, &said.join("; "), BAR_HEIGHT * bars.len() as f64 + 8.0);
    let full = WIDTH - BAR_LEFT - 70.0;
    for (number, bar) in bars.iter().enumerate() {
        let y = 4.0 + BAR_HEIGHT * number as f64;
        let width = full * bar.ratio.clamp(0.0, 1.0);
        svg.push_str(&format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><rect class=\"axis\" fill=\"none\" x=\"{BAR_LEFT}\" \
             y=\"{y:.1}\" width=\"{full:.1}\" height=\"18\"/><rect class=\"bar\" x=\"{BAR_LEFT}\" y=\"{y:.1}\" width=\"{width:.1}\" \
             height=\"18\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>\n",
            BAR_LEFT - 8.0,
            y + 13.0,
            bar.name,
            BAR_LEFT + full + 6.0,
            y + 13.0,
            percent(bar.ratio)
        ));
    }
    svg.push_str("</svg>\n");
    svg
}

fn open(id: &str, title: &str, description: &str, height: f64) -> String {
    format!(
        "<h3>{0}</h3>\n<svg role=\"img\" aria-labelledby=\"{id}-title {id}-text\" viewBox=\"0 0 {WIDTH} {height}\">\n\
         <title id=\"{id}-title\">{0}</title><desc id=\"{id}-text\">{1}</desc>\n",
        escaped(title),
        escaped(description)
    )
}

/// The next of 1, 2, 4, 5 and 8 times a power of ten: numbers that four grid lines divide well.
fn rounded_up(value: f64) -> f64 {
    let mut scale = 1.0;
    for _ in 0..15 {
        for step in [1.0, 2.0, 4.0, 5.0, 8.0] {
            if value <= scale * step {
                return scale * step;
            }
        }
        scale *= 10.0;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_on_a_round_number_above_all_values() {
        for (value, expected) in
            [(0.0, 1.0), (1.0, 1.0), (3.0, 4.0), (9.0, 10.0), (4_100.0, 5_000.0), (10_240.0, 20_000.0)]
        {
            assert_eq!(rounded_up(value), expected, "{value}");
        }
    }

    #[test]
    fn a_line_has_gaps_where_there_is_nothing() {
        let line = Line { name: "x", class: "a", values: vec![Some(1.0), Some(2.0), None, Some(3.0)] };
        assert_eq!(path(&line, |second| second as f64, |value| value), "M0.0 1.0L1.0 2.0M3.0 3.0");
    }

    #[test]
    fn a_bar_never_leaves_its_frame_and_its_number_is_true() {
        let svg = bars("x", "t", &[Bar { name: "n", ratio: 1.5 }]);
        assert!(svg.contains("150.0 %") && svg.matches("width=\"480.0\"").count() == 2, "{svg}");
    }
}
