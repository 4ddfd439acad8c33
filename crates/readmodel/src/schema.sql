-- The read model of a node. Every row stands at a ledger position (height, entry, event), with which its proof can be
-- fetched; `value` holds the canonical encoding of the whole, the other columns are for asking. Amounts are integers in
-- the unit of their cell, times are UTC milliseconds, ids are lower-case hexadecimal.

CREATE TABLE position (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    height INTEGER NOT NULL,
    schema INTEGER NOT NULL,
    network TEXT NOT NULL,
    unknown_events INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE blocks (
    height INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    time_ms INTEGER NOT NULL,
    proposer TEXT NOT NULL,
    transactions INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    header BLOB NOT NULL
);

CREATE TABLE transactions (
    id TEXT PRIMARY KEY,
    height INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    application INTEGER NOT NULL,
    kind INTEGER,
    sender TEXT NOT NULL,
    expires_ms INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    refusal TEXT,
    UNIQUE (height, entry)
) WITHOUT ROWID;
CREATE INDEX transactions_by_refusal ON transactions (refusal, height) WHERE refusal IS NOT NULL;
CREATE INDEX transactions_by_sender ON transactions (sender, height);

CREATE TABLE regions (
    code TEXT PRIMARY KEY,
    parent TEXT,
    name TEXT NOT NULL,
    value BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX regions_by_parent ON regions (parent);

CREATE TABLE members (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT,
    region TEXT NOT NULL,
    vouched_by TEXT,
    owner TEXT,
    registered_height INTEGER NOT NULL,
    registered_ms INTEGER NOT NULL,
    revoked_height INTEGER,
    revoked_ms INTEGER,
    revoked_reason TEXT,
    jurisdiction BLOB,
    value BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX members_by_region ON members (region, id);
CREATE INDEX members_by_voucher ON members (vouched_by, id);
CREATE INDEX members_by_name ON members (name);

CREATE TABLE keys (
    key TEXT PRIMARY KEY,
    member TEXT NOT NULL,
    purpose TEXT NOT NULL,
    from_height INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    revoked_height INTEGER,
    revoked_ms INTEGER,
    value BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX keys_by_member ON keys (member);
CREATE INDEX keys_by_end ON keys (expires_ms) WHERE revoked_ms IS NULL AND expires_ms IS NOT NULL;

CREATE TABLE roles (
    member TEXT NOT NULL,
    role TEXT NOT NULL,
    domain TEXT NOT NULL,
    region TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    from_height INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    revoked_height INTEGER,
    revoked_ms INTEGER,
    scope BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (member, role, domain, region)
) WITHOUT ROWID;
CREATE INDEX roles_by_grantor ON roles (granted_by);
CREATE INDEX roles_by_end ON roles (expires_ms) WHERE revoked_ms IS NULL;

-- What has become of an authority's office; no row for one to which nothing has happened.
CREATE TABLE offices (
    authority TEXT PRIMARY KEY,
    suspended_from_ms INTEGER,
    taken_over_by TEXT,
    ends_ms INTEGER,
    heir TEXT,
    end BLOB
) WITHOUT ROWID;

CREATE TABLE suspensions (
    authority TEXT NOT NULL,
    announced_height INTEGER NOT NULL,
    announced_ms INTEGER NOT NULL,
    lifted_height INTEGER,
    lifted_ms INTEGER,
    lifted_by TEXT,
    lifted_reason TEXT,
    value BLOB NOT NULL,
    PRIMARY KEY (authority, announced_height)
) WITHOUT ROWID;

CREATE TABLE vouchers (
    member TEXT NOT NULL,
    authority TEXT NOT NULL,
    from_height INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    PRIMARY KEY (member, authority)
) WITHOUT ROWID;

-- Names after the first, of regions by code and of members by id.
CREATE TABLE names (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (kind, id, from_ms)
) WITHOUT ROWID;

CREATE TABLE region_ends (
    code TEXT PRIMARY KEY,
    from_ms INTEGER NOT NULL,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE identifications (
    member TEXT PRIMARY KEY,
    level INTEGER NOT NULL,
    authority TEXT NOT NULL,
    checked_ms INTEGER NOT NULL,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE devices (
    member TEXT PRIMARY KEY,
    expires_ms INTEGER,
    value BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX devices_by_end ON devices (expires_ms) WHERE expires_ms IS NOT NULL;

CREATE TABLE registers (
    id TEXT PRIMARY KEY,
    class TEXT NOT NULL,
    domain TEXT NOT NULL,
    region TEXT NOT NULL,
    authority TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    title TEXT NOT NULL,
    opened_height INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    structure BLOB,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- Every definition of a register's structure; a period keeps the one under which it was opened.
CREATE TABLE structures (
    register TEXT NOT NULL,
    version INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (register, version)
) WITHOUT ROWID;

CREATE TABLE periods (
    register TEXT NOT NULL,
    period TEXT NOT NULL,
    due_ms INTEGER NOT NULL,
    closes_ms INTEGER NOT NULL,
    release_ms INTEGER NOT NULL,
    structure INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (register, period)
) WITHOUT ROWID;

CREATE TABLE records (
    id TEXT PRIMARY KEY,
    register TEXT NOT NULL,
    period TEXT NOT NULL,
    region TEXT NOT NULL,
    subject TEXT NOT NULL,
    latest INTEGER NOT NULL,
    assurance TEXT NOT NULL,
    counted INTEGER,
    height INTEGER NOT NULL,
    time_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX records_by_register ON records (register, period, region);
CREATE INDEX records_by_subject ON records (subject, height);
CREATE INDEX records_by_height ON records (register, height);

CREATE TABLE record_versions (
    record TEXT NOT NULL,
    version INTEGER NOT NULL,
    filer TEXT NOT NULL,
    filed_ms INTEGER NOT NULL,
    reason TEXT,
    assurance TEXT NOT NULL,
    decided_by TEXT,
    refusal TEXT,
    decided_height INTEGER,
    decided_entry INTEGER,
    decided_event INTEGER,
    decided_ms INTEGER,
    overdue_height INTEGER,
    overdue_ms INTEGER,
    height INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    event INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (record, version)
) WITHOUT ROWID;
CREATE INDEX record_versions_by_place ON record_versions (height, entry);
CREATE INDEX record_versions_by_filer ON record_versions (filer);
-- Holds a version only while its decision is overdue, so it costs nothing to those that are decided in time.
CREATE INDEX record_versions_overdue ON record_versions (overdue_ms) WHERE overdue_ms IS NOT NULL AND decided_ms IS NULL;

CREATE TABLE record_cells (
    record TEXT NOT NULL,
    version INTEGER NOT NULL,
    cell TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount INTEGER,
    commitment TEXT,
    PRIMARY KEY (record, version, cell)
) WITHOUT ROWID;

CREATE TABLE figures (
    register TEXT NOT NULL,
    period TEXT NOT NULL,
    region TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    class TEXT NOT NULL,
    cutoff INTEGER NOT NULL,
    returns INTEGER NOT NULL,
    respondents INTEGER NOT NULL,
    authority TEXT NOT NULL,
    height INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    event INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (register, period, region, sequence)
) WITHOUT ROWID;
CREATE INDEX figures_by_place ON figures (height, entry);
CREATE INDEX figures_by_region ON figures (region, height);

CREATE TABLE figure_cells (
    register TEXT NOT NULL,
    period TEXT NOT NULL,
    region TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    cell TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (register, period, region, sequence, cell)
) WITHOUT ROWID;

-- Publications that were refused: they have no event, so they are read from the transaction itself.
CREATE TABLE refused_publications (
    height INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    register TEXT NOT NULL,
    period TEXT NOT NULL,
    region TEXT NOT NULL,
    refusal TEXT NOT NULL,
    PRIMARY KEY (height, entry)
) WITHOUT ROWID;
CREATE INDEX refused_publications_by_figure ON refused_publications (register, period, region, height);
