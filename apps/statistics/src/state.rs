//! Where the statistics application keeps what it knows. The only file of the application that builds keys.

use crate::ids::STATISTICS;
use crate::record::{Aggregate, AggregateId, Awaited, Collection, Disclosure, Holdings, OwnerShare, Structure};
use chancery_ledger::{DueQueue, Key};
use chancery_types::code::RegisterId;
use chancery_types::figure::Figure;
use chancery_types::ids::MemberId;
use chancery_types::period::Period;

/// How many definitions a register's structure has had.
pub fn structures(register: &RegisterId) -> Key<u32> {
    Key::new(STATISTICS, "structures", register)
}

/// One definition of a register's structure.
pub fn structure(register: &RegisterId, version: u32) -> Key<Structure> {
    Key::new(STATISTICS, "structure", &(register, version))
}

/// A period of a register.
pub fn collection(register: &RegisterId, period: &Period) -> Key<Collection> {
    Key::new(STATISTICS, "collection", &(register, period))
}

/// The running totals of a region.
pub fn aggregate(id: &AggregateId) -> Key<Aggregate> {
    Key::new(STATISTICS, "aggregate", id)
}

/// What has been shown of a region of a confidential register.
pub fn disclosure(id: &AggregateId) -> Key<Disclosure> {
    Key::new(STATISTICS, "disclosure", id)
}

/// What an owner has in the first regions of a period in which it has something.
pub fn holdings(register: &RegisterId, period: &Period, owner: &MemberId) -> Key<Holdings> {
    Key::new(STATISTICS, "holdings", &(register, period, owner))
}

/// What an owner has in an aggregate for which there was no room among its holdings.
pub fn share(id: &AggregateId, owner: &MemberId) -> Key<OwnerShare> {
    Key::new(STATISTICS, "share", &(id, owner))
}

/// A published figure, by its number among the region's publications.
pub fn figure(id: &AggregateId, sequence: u32) -> Key<Figure> {
    Key::new(STATISTICS, "figure", &(id, sequence))
}

/// Filed versions whose decision is awaited, by the end of the authority's term.
pub const AWAITED: DueQueue<Awaited> = DueQueue::new(STATISTICS, "awaited");
