//! Blindings for which a structure's linear identities hold.

use crate::error::ClientError;
use chancery_crypto::amount::{Blinding, dependent_blinding};
use chancery_statistics::record::Identity;
use chancery_statistics::transaction::NewStructure;
use chancery_types::code::CellId;
use rand_core::CryptoRng;
use std::collections::BTreeMap;

/// One blinding for each cell of the structure, in its order: random, but for one cell of every identity, whose
/// blinding follows from the others.
///
/// Which cell that is: identities are taken away one by one, each with a cell that no remaining identity names. Solved
/// in the opposite order, every dependent cell follows from cells that are known by then.
///
/// # Errors
/// If identities are so interwoven that each names only cells of others.
pub fn blindings(structure: &NewStructure, rng: &mut impl CryptoRng) -> Result<Vec<Blinding>, ClientError> {
    let solved = order(&structure.identities)?;
    let mut known = BTreeMap::new();
    for cell in &structure.cells {
        if !solved.iter().any(|(_, dependent)| **dependent == cell.id) {
            known.insert(&cell.id, Blinding::generate(rng));
        }
    }
    for (identity, dependent) in solved.into_iter().rev() {
        let mut terms = Vec::new();
        let mut coefficient = 0;
        for term in &identity.terms {
            if term.cell == *dependent {
                coefficient += i64::from(term.coefficient);
            } else {
                let blinding = known.get(&term.cell).ok_or_else(|| unknown(&term.cell))?;
                terms.push((i64::from(term.coefficient), blinding));
            }
        }
        let blinding = dependent_blinding(&terms, coefficient)?;
        known.insert(dependent, blinding);
    }
    structure.cells.iter().map(|cell| known.remove(&cell.id).ok_or_else(|| unknown(&cell.id))).collect()
}

/// The identities in the order of being taken away, each with its dependent cell.
fn order(identities: &[Identity]) -> Result<Vec<(&Identity, &CellId)>, ClientError> {
    let mut left: Vec<&Identity> = identities.iter().collect();
    let mut taken = Vec::new();
    while !left.is_empty() {
        let found = left.iter().enumerate().find_map(|(at, identity)| {
            let others = left.iter().enumerate().filter(|(other, _)| *other != at);
            let named: Vec<&CellId> = others.flat_map(|(_, other)| &other.terms).map(|term| &term.cell).collect();
            // The last one, because a whole is usually written after its parts.
            let own = identity.terms.iter().rev().map(|term| &term.cell).find(|cell| !named.contains(cell))?;
            Some((at, own))
        });
        let (at, dependent) = found.ok_or_else(interwoven)?;
        taken.push((left.remove(at), dependent));
    }
    Ok(taken)
}

fn interwoven() -> ClientError {
    ClientError::Statistics("no blindings can be chosen: the register's identities name each other's cells".to_owned())
}

fn unknown(cell: &CellId) -> ClientError {
    ClientError::Statistics(format!("an identity of the register names {cell}, which is no cell of it"))
}
