//! A queue of things that fall due: by minute, in order, worked off in bounded portions.
//!
//! Items due in the same minute are kept in the order in which they were pushed. A minute's items lie in segments of
//! at most [`SEGMENT_ITEMS_MAX`], so that pushing one item never rewrites a long list. What a block cannot work off
//! is worked off by the next, still before anything that fell due later.

use crate::changes::Changes;
use crate::key::Key;
use crate::view::View;
use chancery_types::ids::ApplicationId;
use chancery_types::time::{BlockTime, MINUTE_MS};
use minicbor::{Decode, Encode};
use std::marker::PhantomData;

/// The most items in one segment.
pub const SEGMENT_ITEMS_MAX: usize = 256;
/// The most empty minutes that one call passes over, so that a network that stood still does not stall a block.
pub const EMPTY_MINUTES_MAX: usize = 256;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
struct Cursor {
    /// The minute being worked off.
    #[n(0)]
    minute: u64,
    /// Its next segment.
    #[n(1)]
    segment: u32,
}

/// A queue in the state of an application; `T` is what falls due.
pub struct DueQueue<T> {
    application: ApplicationId,
    space: &'static str,
    item: PhantomData<fn() -> T>,
}

impl<T: Clone + Encode<()> + for<'b> Decode<'b, ()>> DueQueue<T> {
    /// The queue of this name.
    pub const fn new(application: ApplicationId, space: &'static str) -> Self {
        Self { application, space, item: PhantomData }
    }

    fn cursor(&self) -> Key<Cursor> {
        Key::new(self.application, self.space, &"cursor")
    }

    fn segments(&self, minute: u64) -> Key<u32> {
        Key::new(self.application, self.space, &("segments", minute))
    }

    fn segment(&self, minute: u64, segment: u32) -> Key<Vec<T>> {
        Key::new(self.application, self.space, &("segment", minute, segment))
    }

    /// Adds items that fall due at a time. What is due before the minute being worked off falls due with it.
    pub fn push(&self, view: &View<'_>, now: BlockTime, due: BlockTime, items: &[T]) -> Changes {
        let mut changes = Changes::new();
        if items.is_empty() {
            return changes;
        }
        // The minute after, so that an item is never taken before it is due.
        let wanted = (due.0 / MINUTE_MS).saturating_add(1);
        let cursor = view.read(&self.cursor()).unwrap_or_else(|| {
            let fresh = Cursor { minute: now.0 / MINUTE_MS, segment: 0 };
            changes.put(&self.cursor(), &fresh);
            fresh
        });
        let minute = wanted.max(cursor.minute);
        let mut count = view.read(&self.segments(minute)).unwrap_or(0);
        let mut rest = items;
        if let Some(last) = count.checked_sub(1)
            && let Some(mut open) = view.read(&self.segment(minute, last))
        {
            let room = SEGMENT_ITEMS_MAX.saturating_sub(open.len()).min(rest.len());
            let (now, later) = rest.split_at(room);
            open.extend_from_slice(now);
            changes.put(&self.segment(minute, last), &open);
            rest = later;
        }
        for portion in rest.chunks(SEGMENT_ITEMS_MAX) {
            changes.put(&self.segment(minute, count), &portion.to_vec());
            count = count.saturating_add(1);
        }
        changes.put(&self.segments(minute), &count);
        changes
    }

    /// Takes at most `limit_segments` segments of what is due at `now`, oldest first, and removes them.
    pub fn take(&self, view: &View<'_>, now: BlockTime, limit_segments: usize) -> (Vec<T>, Changes) {
        let (mut taken, mut changes) = (Vec::new(), Changes::new());
        let Some(start) = view.read(&self.cursor()) else { return (taken, changes) };
        let (mut cursor, mut segments_left, mut minutes_left) = (start, limit_segments, EMPTY_MINUTES_MAX);
        let current = now.0 / MINUTE_MS;
        while cursor.minute <= current && segments_left > 0 && minutes_left > 0 {
            let count = view.read(&self.segments(cursor.minute)).unwrap_or(0);
            while cursor.segment < count && segments_left > 0 {
                let key = self.segment(cursor.minute, cursor.segment);
                taken.extend(view.read(&key).unwrap_or_default());
                changes.delete(&key);
                cursor.segment = cursor.segment.saturating_add(1);
                segments_left -= 1;
            }
            if cursor.segment >= count {
                if count > 0 {
                    changes.delete(&self.segments(cursor.minute));
                }
                cursor = Cursor { minute: cursor.minute.saturating_add(1), segment: 0 };
                minutes_left -= 1;
            }
        }
        if cursor != start {
            changes.put(&self.cursor(), &cursor);
        }
        (taken, changes)
    }
}
