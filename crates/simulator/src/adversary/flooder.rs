//! A client that sends far more than its share: a filer that asks for what only the authority may do, hundreds of times, at
//! every validator. The pool must stay within its bounds, others must be served, and none of it may be accepted.

use crate::country::{Country, Told};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{IdentityTransaction, NewRegion};
use chancery_ledger::Refusal;
use chancery_types::time::BlockTime;

/// How many it sends in each act: more than the pool of a simulated validator holds.
const COUNT: u64 = 400;

/// What it sends.
pub(crate) fn flood(country: &mut Country, now: BlockTime) -> Vec<Told> {
    let Some(signer) = country.filers.last().map(|filer| filer.signer.clone()) else { return Vec::new() };
    let message = IdentityTransaction::RegisterRegion(NewRegion {
        code: country.provinces.first().unwrap_or(&country.whole).clone(),
        parent: country.whole.clone(),
        name: "Nobody's".to_owned(),
    });
    let refusal = Some(IdentityRejection::NotAuthority.code());
    (0..COUNT).map(|_| country.tell(&signer, IDENTITY, &message, now, refusal)).collect()
}
