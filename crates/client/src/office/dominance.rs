//! Whether one owner makes up so much of a total that the total gives its value away.

use super::Sums;

/// The largest share that one owner has in any of the cells, in per cent, rounded up; 0 where all totals are zero.
///
/// `additive` says which cells are published.
pub fn dominant_share(sums: &Sums, additive: &[bool]) -> u8 {
    let mut largest = 0;
    for share in sums.shares.values() {
        for ((part, total), _) in share.iter().zip(&sums.totals).zip(additive).filter(|(_, additive)| **additive) {
            if *total > 0 {
                // Values of accepted returns are not negative, so a share is at most 100.
                let percent = (part * 100 + total - 1) / total;
                largest = largest.max(u8::try_from(percent).unwrap_or(u8::MAX));
            }
        }
    }
    largest
}
