//! Two validators of seven that equivocate together: their first selves know each other and one part of the honest ones,
//! their second selves know each other and the other part. With three honest ones on the first side the five make a quorum;
//! on the second side there are four, one too few for a second block to become final.

use std::collections::BTreeMap;

/// Both have the same audience: two of the five others hear the second selves.
pub(super) fn twins(one: usize, other: usize, nodes: usize) -> BTreeMap<usize, Vec<usize>> {
    let honest = (0..nodes).filter(|node| *node != one && *node != other);
    let audience: Vec<usize> = honest.take((nodes - 2) / 2).collect();
    BTreeMap::from([(one, audience.clone()), (other, audience)])
}
