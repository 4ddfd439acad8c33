//! Everything is signed before the clock starts, on all cores, and what that costs is measured apart.

use super::schedule::Schedule;
use super::workload::Workload;
use crate::exit::Exit;
use chancery_client::http::Batch;
use chancery_client::randomness::generator;
use chancery_client::signing::SignedTransaction;
use chancery_types::ids::TransactionId;
use chancery_types::time::BlockTime;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

/// What falls due within this time travels in one request.
const TOGETHER: Duration = Duration::from_millis(10);

/// A request, ready to be sent.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// When it is sent, from the start of the clock.
    pub(crate) at: Duration,
    /// Which transactions of the run it holds.
    pub(crate) which: Range<usize>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// A run, ready to be sent.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) schedule: Schedule,
    pub(crate) parcels: Vec<Parcel>,
    /// The transactions' ids, by place.
    pub(crate) ids: Vec<TransactionId>,
    /// The records in each.
    pub(crate) records: Vec<u32>,
    /// The committed amounts that a validator decodes for each.
    pub(crate) amounts: Vec<u32>,
    /// How long it took to put together, sign and encode everything.
    pub(crate) took: Duration,
    /// How many bytes all requests have.
    pub(crate) bytes: u64,
}

/// Signs and packs everything that a schedule asks for.
pub(crate) fn prepare(workload: &dyn Workload, schedule: Schedule, expires: BlockTime) -> Result<Prepared, Exit> {
    let begun = Instant::now();
    let departures = schedule.departures(TOGETHER);
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let share = departures.len().div_ceil(threads).max(1);
    let packed: Vec<Result<Packed, Exit>> = thread::scope(|scope| {
        let workers: Vec<_> = departures
            .chunks(share)
            .map(|departures| {
                scope.spawn(move || {
                    let mut packed = Packed::default();
                    let mut rng = generator()?;
                    for departure in departures {
                        let mut sign = |place| workload.sign(place, expires, &mut rng);
                        packed.add(departure.at, departure.which.clone(), &mut sign)?;
                    }
                    Ok(packed)
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|_| Err(Exit::failed("a signing thread ended"))))
            .collect()
    });
    let mut all = Packed::default();
    for packed in packed {
        let packed = packed?;
        all.parcels.extend(packed.parcels);
        all.ids.extend(packed.ids);
    }
    let records = (0..schedule.count).map(|place| workload.records(place)).collect();
    let amounts = (0..schedule.count).map(|place| workload.amounts(place)).collect();
    let bytes = all.parcels.iter().map(|parcel| parcel.body.len() as u64).sum();
    Ok(Prepared { schedule, parcels: all.parcels, ids: all.ids, records, amounts, took: begun.elapsed(), bytes })
}

#[derive(Default)]
struct Packed {
    parcels: Vec<Parcel>,
    ids: Vec<TransactionId>,
}

impl Packed {
    /// Signs what leaves together; in several parcels if one cannot hold it.
    fn add(
        &mut self,
        at: Duration,
        which: Range<usize>,
        sign: &mut dyn FnMut(usize) -> Result<SignedTransaction, Exit>,
    ) -> Result<(), Exit> {
        let (mut batch, mut first) = (Batch::default(), which.start);
        for place in which.clone() {
            let signed = sign(place)?;
            self.ids.push(signed.id);
            if !batch.push(&signed) {
                self.parcels.push(Parcel { at, which: first..place, body: std::mem::take(&mut batch).to_body() });
                first = place;
                batch.push(&signed);
            }
        }
        if !batch.is_empty() {
            self.parcels.push(Parcel { at, which: first..which.end, body: batch.to_body() });
        }
        Ok(())
    }
}
