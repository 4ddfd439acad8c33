//! Every measurement of a node that is our own. The engine's begin with `engine_` or `runtime_` and are its business.
//!
//! `docs/operations/metrics.md` has a row for each, with what to do about it; a test compares the two.

use super::exposition::{Family, Kind};

macro_rules! families {
    ($($constant:ident = $kind:ident $name:literal, $help:literal;)+) => {
        $(
            #[doc = $help]
            pub const $constant: Family = Family { name: $name, kind: Kind::$kind, help: $help };
        )+

        /// All of them, in the order in which they are written.
        pub const ALL: &[&Family] = &[$(&$constant),+];
    };
}

families! {
    BUILD = Gauge "chancery_build_info", "Always 1; the version of the program and the network stand in the labels.";
    READY = Gauge "chancery_ready", "1 if this node is ready to serve, 0 if not: /readyz says why.";
    OBSERVES = Gauge "chancery_observes", "1 if this validator follows without voting, 0 if it votes.";

    HEIGHT = Gauge "chancery_height", "Height of the latest final block here.";
    SILENCE = Gauge "chancery_silence_seconds", "Time since a block became final here, or since the start.";
    SILENCE_MAX = Gauge "chancery_silence_max_seconds", "How long that may be before this node is not ready.";
    IDLE_INTERVAL = Gauge "chancery_idle_interval_seconds",
        "How long a leader waits for something to order; must be the same on every validator.";
    BLOCKS = Counter "chancery_blocks_total", "Blocks that became final here.";
    BLOCKS_EMPTY = Counter "chancery_blocks_empty_total", "Blocks without transactions among them.";
    TRANSACTIONS = Counter "chancery_transactions_total",
        "Transactions in final blocks by outcome; unknown: executed before this process started.";
    REFUSALS = Counter "chancery_refusals_total", "Transactions in final blocks that were refused, by number.";
    FINALITY = Histogram "chancery_finality_seconds",
        "From intake to finality, for transactions that members handed in at this node.";
    BLOCK_FINAL = Histogram "chancery_block_final_seconds",
        "From the time in a block's header to its finality here, by this node's clock.";
    CLOCK_DIFFERENCE = Gauge "chancery_block_clock_difference_seconds",
        "This node's clock when the last block became final here, minus the time in its header.";
    EXECUTION = Histogram "chancery_execution_seconds", "Carrying out one block, without the waits for its state.";
    RUNS = Counter "chancery_execution_runs_total", "Turns of carrying out blocks; a block takes a further turn whenever it needs more state.";

    POOL_TRANSACTIONS = Gauge "chancery_pool_transactions", "Transactions that wait to be ordered.";
    POOL_BYTES = Gauge "chancery_pool_bytes", "Bytes of transactions that wait to be ordered.";
    UNDER_WAY = Gauge "chancery_under_way_transactions",
        "Transactions that members handed in at this node and that are not final yet, those that fell out included.";
    INTAKE = Counter "chancery_intake_total",
        "Transactions that came to this node, by who brought them and what became of them at the door.";
    INTAKE_REFUSALS = Counter "chancery_intake_refusals_total",
        "Transactions that were refused for good at the door, by who brought them and by number.";
    GOSSIP_DROPPED = Counter "chancery_gossip_dropped_total",
        "Transactions that were not passed on because the queue to the other validators was full.";

    VALIDATORS = Gauge "chancery_validators", "Validators of the network, this one included.";
    VALIDATORS_NEEDED = Gauge "chancery_validators_needed", "How many of them must work together for a block to be final.";
    VALIDATORS_HEARD = Gauge "chancery_validators_heard",
        "How many of them were heard in the last ten seconds, this one included.";
    PEER_HEARD = Gauge "chancery_peer_heard", "1 if the validator was heard in the last ten seconds, 0 if not.";
    PEER_SILENCE = Gauge "chancery_peer_silence_seconds", "Time since the validator was heard, or since the start.";
    PEER_BEHIND = Gauge "chancery_peer_behind_blocks",
        "How many blocks the validator is behind this one; below zero if it is ahead.";
    PEER_CLOCK = Gauge "chancery_peer_clock_difference_seconds",
        "The validator's clock minus this one's, as it was last heard; the way of the message is in it.";

    ARCHIVE_HEIGHT = Gauge "chancery_archive_height", "Height of the latest block in the archive.";
    KEPT_FROM = Gauge "chancery_archive_kept_from_height", "Height from which the archive keeps blocks whole.";
    ARCHIVE_WRITE = Histogram "chancery_archive_write_seconds",
        "One durable write of outcomes or of a final block to the archive.";
    TABLES_HEIGHT = Gauge "chancery_read_model_height", "Height of the latest block folded into the tables.";
    TABLES_BEHIND = Gauge "chancery_read_model_behind_blocks", "How many blocks the tables are behind.";

    DISK_USED = Gauge "chancery_disk_used_bytes", "Space that the parts of the data folder take on the disk.";
    DISK_FREE = Gauge "chancery_disk_free_bytes", "Space that is free for this node on the data folder's disk.";
    DISK_SIZE = Gauge "chancery_disk_size_bytes", "Space on the data folder's disk in all.";
    DISK_GROWTH = Gauge "chancery_disk_growth_bytes_per_second",
        "How fast the data folder grows, over the last hour at most.";
    DISK_OBSERVED = Gauge "chancery_disk_growth_observed_seconds", "Over how long that growth was observed.";
    DISK_SYNC = Histogram "chancery_disk_sync_seconds",
        "One durable write of 4 KiB to the data folder's disk, tried every ten seconds.";
    DISK_SYNC_FAILURES = Counter "chancery_disk_sync_failures_total", "How often that write failed.";

    DECISIONS_OVERDUE = Gauge "chancery_decisions_overdue",
        "Returns that an authority has neither accepted nor refused within its term.";
    DECISIONS_OVERDUE_AGE = Gauge "chancery_decisions_overdue_seconds",
        "For how long the oldest of them has been overdue; 0 if there is none.";
    PUBLICATIONS_OVERDUE = Gauge "chancery_publications_overdue",
        "Periods whose release date has passed and of which no figure is published.";
    RETURNS_DUE = Gauge "chancery_returns_due_seconds", "Time until the next period's returns are due.";
    ROLES_ENDING = Gauge "chancery_roles_ending", "Roles that end within so many days.";
    KEYS_ENDING = Gauge "chancery_member_keys_ending", "Members' keys that end within so many days.";

    RESIDENT = Gauge "process_resident_memory_bytes", "Memory that the process holds.";
    RESIDENT_MAX = Gauge "process_resident_memory_max_bytes", "The most memory that the process ever held.";
    OPEN_FILES = Gauge "process_open_fds", "Open files and connections.";
    OPEN_FILES_MAX = Gauge "process_max_fds", "How many the process may open.";
    THREADS = Gauge "process_threads", "Threads of the process.";
    CPU = Counter "process_cpu_seconds_total", "Time that the process has computed.";
    STARTED = Gauge "process_start_time_seconds", "When the process started, in seconds since 1970.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const DOCUMENT: &str = include_str!("../../../../docs/operations/metrics.md");

    #[test]
    fn names_say_what_prometheus_expects() {
        let names: BTreeSet<&str> = ALL.iter().map(|family| family.name).collect();
        assert_eq!(names.len(), ALL.len(), "no name is given twice");
        for family in ALL {
            let (name, kind) = (family.name, family.kind);
            assert_eq!(name.ends_with("_total"), kind == Kind::Counter, "{name}");
            assert!(kind != Kind::Histogram || name.ends_with("_seconds"), "{name}");
            assert!(family.help.ends_with('.') && !family.help.contains('\n'), "{name}");
        }
    }

    /// Names in the first column of the document's tables.
    fn documented() -> BTreeSet<&'static str> {
        let rows = DOCUMENT.lines().filter_map(|line| line.strip_prefix("| `"));
        rows.filter_map(|row| row.split(['`', '{']).next()).collect()
    }

    #[test]
    fn each_is_documented_and_nothing_else_is() {
        let ours: BTreeSet<&str> = ALL.iter().map(|family| family.name).collect();
        let documented: BTreeSet<&str> =
            documented().into_iter().filter(|name| !name.starts_with("chancery_api_")).collect();
        assert_eq!(ours, documented);
    }
}
