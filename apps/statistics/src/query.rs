//! What other layers ask about structures, periods and totals, and how the digests and contexts of this application
//! are formed.

use crate::record::{Aggregate, AggregateId, Collection, Disclosure, Ratio, Structure};
use crate::state;
use crate::transaction::{Filing, Return, StatisticsTransaction};
use chancery_crypto::amount::TotalContext;
use chancery_crypto::hash::{Tag, hash};
use chancery_ledger::View;
use chancery_types::amount::Quantity;
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::encoding::to_bytes;
use chancery_types::figure::{Figure, TotalId};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, NetworkId, RecordId, StateKey};
use chancery_types::period::Period;
use std::fmt;
use std::sync::Arc;

pub use crate::state::{
    aggregate as aggregate_key, collection as collection_key, figure as figure_key, structure as structure_key,
};

/// The id of the record about a subject in a register and period.
pub fn record_id(register: &RegisterId, subject: &MemberId, period: &Period) -> RecordId {
    chancery_kernel::records::query::record_id(register, subject, period)
}

/// What a validator signs for when a filing arrives: the filing without any intake receipts, its network and its
/// filer. It says nothing about the transaction that carries the filing, so a filing can be signed anew.
pub fn filing_digest(network: &NetworkId, filer: &MemberId, filing: &Filing) -> Digest {
    let bare = Filing { intake: Vec::new(), ..filing.clone() };
    hash(Tag::Content, &[b"filing", network.as_bytes(), filer.as_bytes(), &to_bytes(&bare)])
}

/// The keys that a filing asks for about each subject: who it is, its record, and its share, if nobody else owns it.
pub(crate) fn foreseen(payload: &[u8]) -> Vec<StateKey> {
    let Ok(StatisticsTransaction::File(filing)) = StatisticsTransaction::decode(payload) else { return Vec::new() };
    let about = |one: &Return| {
        let record = record_id(&filing.register, &one.subject, &filing.period);
        let holdings = state::holdings(&filing.register, &filing.period, &one.subject);
        let [member, record] = chancery_kernel::records::query::filing_keys(&one.subject, &record);
        [member, record, *holdings.raw()]
    };
    filing.returns.iter().flat_map(about).collect()
}

/// Which total of which publication, as the bytes that its proof is bound to.
pub fn total_id(id: &AggregateId, sequence: u32, cell: &CellId) -> Vec<u8> {
    to_bytes(&TotalId {
        register: id.register.clone(),
        period: id.period,
        region: id.region.clone(),
        sequence,
        cell: cell.clone(),
    })
}

/// What the proof of a total is bound to: the network, [`total_id`] and the cut-off.
pub const fn total_context<'a>(network: &'a NetworkId, total_id: &'a [u8], cutoff: Height) -> TotalContext<'a> {
    TotalContext { network, publication: total_id, cutoff }
}

/// The latest definition of a register's structure: the one under which the next period is opened.
pub fn structure(view: &View<'_>, register: &RegisterId) -> Option<Structure> {
    let latest = view.read(&state::structures(register))?;
    view.read(&state::structure(register, latest))
}

/// A period of a register.
pub fn collection(view: &View<'_>, register: &RegisterId, period: &Period) -> Option<Collection> {
    view.read(&state::collection(register, period))
}

/// The structure under which a period was opened.
pub fn structure_of(view: &View<'_>, collection: &Collection) -> Option<Structure> {
    view.read(&state::structure(&collection.register, collection.structure))
}

/// The running totals of a region; `None` before the first accepted or refused return.
pub fn aggregate(view: &View<'_>, id: &AggregateId) -> Option<Aggregate> {
    view.read(&state::aggregate(id))
}

/// What has been shown of a region of a confidential register.
pub fn disclosure(view: &View<'_>, id: &AggregateId) -> Disclosure {
    view.read(&state::disclosure(id)).unwrap_or_default()
}

/// A published figure, by its number.
pub fn figure(view: &View<'_>, id: &AggregateId, sequence: u32) -> Option<Figure> {
    view.read(&state::figure(id, sequence))
}

/// A region and those around it up to a register's own, from the inside out. Empty if the region does not lie in the
/// register's.
pub fn path_within(view: &View<'_>, register_region: &RegionCode, region: &RegionCode) -> Arc<PathWithin> {
    view.derived(&(register_region, region), |view| {
        let mut path = chancery_kernel::identity::query::region_path(view, region).to_vec();
        match path.iter().position(|around| around == register_region) {
            Some(last) => path.truncate(last.saturating_add(1)),
            None => path.clear(),
        }
        PathWithin(path)
    })
}

/// See [`path_within`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathWithin(Vec<RegionCode>);

impl std::ops::Deref for PathWithin {
    type Target = [RegionCode];

    fn deref(&self) -> &[RegionCode] {
        &self.0
    }
}

/// A per cent with a fixed number of decimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent {
    /// The per cent times ten to the power of `decimals`.
    pub scaled: i128,
    /// How many decimal digits.
    pub decimals: u8,
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u128.pow(u32::from(self.decimals));
        let (sign, magnitude) = (if self.scaled < 0 { "-" } else { "" }, self.scaled.unsigned_abs());
        let (whole, rest) = (magnitude / unit, magnitude % unit);
        match self.decimals {
            0 => write!(f, "{sign}{whole}"),
            decimals => write!(f, "{sign}{whole}.{rest:0>width$}", width = usize::from(decimals)),
        }
    }
}

/// A ratio of totals in per cent, rounded half up; never summed or averaged over parts. `None` if either total is
/// missing or the denominator is not above zero.
pub fn ratio(ratio: &Ratio, totals: &[(CellId, Quantity)]) -> Option<Percent> {
    let total = |id: &CellId| totals.iter().find(|(cell, _)| cell == id).map(|(_, total)| i128::from(total.0));
    let (numerator, denominator) = (total(&ratio.numerator)?, total(&ratio.denominator)?);
    if denominator <= 0 {
        return None;
    }
    // Twice 2^63 times a hundred times 10^6 stays far below 2^127.
    let scale = 100_i128.checked_mul(10_i128.checked_pow(u32::from(ratio.decimals))?)?;
    let doubled = numerator.checked_mul(scale)?.checked_mul(2)?.checked_add(denominator)?;
    Some(Percent { scaled: doubled.div_euclid(denominator.checked_mul(2)?), decimals: ratio.decimals })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numerator: i64, denominator: i64, decimals: u8, expected: Option<&str>) {
        let [id, top, bottom] = ["rate", "top", "bottom"].map(|text| text.parse::<CellId>().unwrap());
        let totals = [(top.clone(), Quantity(numerator)), (bottom.clone(), Quantity(denominator))];
        let one = Ratio { id, label: "Rate".to_owned(), numerator: top, denominator: bottom, decimals };
        assert_eq!(ratio(&one, &totals).map(|percent| percent.to_string()).as_deref(), expected);
    }

    #[test]
    fn a_ratio_is_exact_and_rounds_half_up() {
        check(7_799_120, 159_824_216, 1, Some("4.9"));
        check(7_799_120, 159_824_216, 3, Some("4.880"));
        check(1, 8, 1, Some("12.5"));
        check(1, 8, 0, Some("13"));
        check(1, 800, 2, Some("0.13"));
        check(1, 1, 6, Some("100.000000"));
        check(i64::MAX, 1, 6, Some("922337203685477580700.000000"));
        check(-1, 8, 0, Some("-12"));
        check(0, 5, 2, Some("0.00"));
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        check(1, 0, 1, None);
        check(0, 0, 1, None);
    }
}
