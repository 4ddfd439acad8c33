//! The engine's folders within a data folder, by what they hold.

/// What a folder of the engine holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Whose folder it is, and block 0.
    Network,
    /// Whether the node may vote, and the copy of its votes.
    Standing,
    /// The vote journal.
    Journal,
    /// What an observer keeps instead of a vote journal.
    Observer,
    /// Final blocks, their certificates, and blocks that may become final.
    Blocks,
    /// The state.
    State,
}

/// Every folder of the engine, without the node's prefix.
pub(crate) const ALL: [(&str, Part); 36] = [
    ("-network", Part::Network),
    ("-standing", Part::Standing),
    ("-simplex-0", Part::Journal),
    ("-observer-0", Part::Observer),
    ("-blocks-metadata", Part::Blocks),
    ("-blocks-keys", Part::Blocks),
    ("-blocks-values", Part::Blocks),
    ("-certificates-metadata", Part::Blocks),
    ("-certificates-keys", Part::Blocks),
    ("-certificates-values", Part::Blocks),
    ("-marshal-application-metadata", Part::Blocks),
    ("-marshal-cache-metadata", Part::Blocks),
    ("-marshal-cache-cache-0-certified-metadata", Part::Blocks),
    ("-marshal-cache-cache-0-certified-key", Part::Blocks),
    ("-marshal-cache-cache-0-certified-value", Part::Blocks),
    ("-marshal-cache-cache-0-finalizations-metadata", Part::Blocks),
    ("-marshal-cache-cache-0-finalizations-key", Part::Blocks),
    ("-marshal-cache-cache-0-finalizations-value", Part::Blocks),
    ("-marshal-cache-cache-0-notarizations-metadata", Part::Blocks),
    ("-marshal-cache-cache-0-notarizations-key", Part::Blocks),
    ("-marshal-cache-cache-0-notarizations-value", Part::Blocks),
    ("-marshal-cache-cache-0-notarized-metadata", Part::Blocks),
    ("-marshal-cache-cache-0-notarized-key", Part::Blocks),
    ("-marshal-cache-cache-0-notarized-value", Part::Blocks),
    ("-marshal-cache-cache-0-verified-metadata", Part::Blocks),
    ("-marshal-cache-cache-0-verified-key", Part::Blocks),
    ("-marshal-cache-cache-0-verified-value", Part::Blocks),
    ("-planstate_sync_metadata", Part::State),
    ("-state-grafted", Part::State),
    ("-state-pinned", Part::State),
    ("-state-log", Part::State),
    ("-state-log-blobs", Part::State),
    ("-state-log-metadata", Part::State),
    ("-state-tree", Part::State),
    ("-state-tree-blobs", Part::State),
    ("-state-tree-metadata", Part::State),
];

/// What a folder holds, by its name; none where the engine has no such folder.
pub fn part_of(folder: &str) -> Option<Part> {
    // The observer's journal may not pass for the vote journal: the longest ending counts.
    let fits = ALL.iter().filter(|(ending, _)| folder.ends_with(ending));
    fits.max_by_key(|(ending, _)| ending.len()).map(|(_, part)| *part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_told_apart() {
        for (folder, expected) in [
            ("node-simplex-0", Some(Part::Journal)),
            ("node-observer-0", Some(Part::Observer)),
            ("node-standing", Some(Part::Standing)),
            ("node-state-log-blobs", Some(Part::State)),
            ("node-blocks-metadata", Some(Part::Blocks)),
            ("node-marshal-cache-metadata", Some(Part::Blocks)),
            ("node-state-tree-metadata", Some(Part::State)),
            ("elsewhere", None),
        ] {
            assert_eq!(part_of(folder), expected, "{folder}");
        }
    }
}
