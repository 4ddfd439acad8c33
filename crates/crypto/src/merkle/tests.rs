use super::*;
use chancery_types::encoding::{from_bytes, to_bytes};
use proptest::prelude::*;

fn leaves(count: usize) -> Vec<Digest> {
    (0..count).map(|i| leaf(LeafKind::Outcome, &[&(i as u64).to_be_bytes()])).collect()
}

/// The tree's definition (RFC 9162 §2.1.1) restated by recursion over the list.
fn top_by_definition(leaves: &[Digest]) -> Digest {
    match leaves {
        [one] => *one,
        _ => {
            let mut half = 1;
            while half * 2 < leaves.len() {
                half *= 2;
            }
            node(&top_by_definition(&leaves[..half]), &top_by_definition(&leaves[half..]))
        }
    }
}

#[test]
fn frontier_tree_and_definition_agree_at_every_size() {
    let all = leaves(70);
    let tree: Tree = all.iter().copied().collect();
    let mut frontier = Frontier::new();
    for count in 0..=all.len() {
        let top = (count > 0).then(|| top_by_definition(&all[..count]));
        let expected = seal_root(count as u64, top.as_ref());
        assert_eq!(frontier.root(), expected, "{count}");
        assert_eq!(root(&all[..count]), expected);
        assert_eq!(tree.root_at(count as u64), Ok(expected));
        assert_eq!(from_bytes(&to_bytes(&frontier)), Ok(frontier.clone()));
        if let Some(next) = all.get(count) {
            frontier.append(*next);
        }
    }
}

#[test]
fn every_leaf_is_provable_at_every_size_and_nowhere_else() {
    let all = leaves(40);
    let tree: Tree = all.iter().copied().collect();
    for count in 1..=all.len() as u64 {
        let root = tree.root_at(count).unwrap();
        for (index, own) in (0..count).zip(all.iter().copied()) {
            let proof = tree.prove_at(index, count).unwrap();
            assert_eq!(verify(&proof, &own, &root), Ok(()));
            assert_eq!(from_bytes(&to_bytes(&proof)), Ok(proof.clone()));
            for claimed in 0..count + 2 {
                for claimed_count in 1..count + 3 {
                    if (claimed, claimed_count) != (index, count) {
                        let other = Path { index: claimed, size: claimed_count, ..proof.clone() };
                        assert!(verify(&other, &own, &root).is_err(), "{index}/{count} as {claimed}/{claimed_count}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_path_that_is_too_long_or_too_short_is_malformed() {
    let all = leaves(11);
    for (index, own) in (0..11).zip(&all) {
        let proof = prove(&all, index).unwrap();
        let longer = Path { hashes: [proof.hashes.clone(), vec![Digest::ZERO]].concat(), ..proof.clone() };
        let shorter = Path { hashes: proof.hashes[1..].to_vec(), ..proof };
        for bad in [longer, shorter] {
            assert_eq!(root_of(&bad, own), Err(CryptoError::MerkleMalformed));
        }
    }
    assert_eq!(prove(&all, 11), Err(CryptoError::LeafOutOfRange { index: 11, count: 11 }));
    assert_eq!(prove(&[], 0), Err(CryptoError::LeafOutOfRange { index: 0, count: 0 }));
}

#[test]
fn a_path_over_the_bound_is_refused() {
    let path = Path { index: 0, size: u64::MAX, hashes: vec![Digest::ZERO; 65] };
    assert_eq!(root_of(&path, &Digest::ZERO), Err(CryptoError::MerkleMalformed));
}

#[test]
fn a_frontier_with_peaks_missing_does_not_decode() {
    let mut bad = to_bytes(&Frontier::from_parts(2, vec![Digest::ZERO]).unwrap());
    assert!(from_bytes::<Frontier>(&bad).is_ok());
    bad[1] = 3;
    assert!(from_bytes::<Frontier>(&bad).is_err());
    assert_eq!(Frontier::from_parts(3, vec![Digest::ZERO]), Err(CryptoError::MerkleMalformed));
}

#[test]
fn an_inner_node_is_not_a_leaf() {
    let all = leaves(4);
    let parts = [all[0].0, all[1].0].concat();
    assert_ne!(leaf(LeafKind::Outcome, &[&parts]), node(&all[0], &all[1]));
    assert_ne!(leaf(LeafKind::Outcome, &[b"x"]), leaf(LeafKind::History, &[b"x"]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_changed_sibling_or_leaf_is_refused(count in 2usize..200, at in any::<prop::sample::Index>(), bit in 0usize..256) {
        let all = leaves(count);
        let root = root(&all);
        let index = at.index(count);
        let proof = prove(&all, index as u64).unwrap();
        prop_assert_eq!(verify(&proof, &all[index], &root), Ok(()));
        for level in 0..proof.hashes.len() {
            let mut bad = proof.clone();
            bad.hashes[level].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(verify(&bad, &all[index], &root), Err(CryptoError::MerkleMismatch));
        }
        let mut other = all[index];
        other.0[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify(&proof, &other, &root), Err(CryptoError::MerkleMismatch));
    }
}
