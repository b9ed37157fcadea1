-- The tables that are not models: the ledger, what was read (append-only), what was found, and what was built.
create schema if not exists ops;
create schema if not exists staging;
create schema if not exists raw;
create schema if not exists reference;
create schema if not exists core;
create schema if not exists marts;
create sequence if not exists ops.receipt_numbers;

-- One row each time a file appears with another content or sidecar than was last seen under its name.
create table if not exists ops.receipts (
    receipt_no bigint default nextval('ops.receipt_numbers'),
    file varchar not null,
    submission_id varchar not null,
    sha256 varchar not null,
    sidecar_sha256 varchar,
    size bigint not null,
    seen_at timestamp not null,
    duplicate_of varchar
);

-- One row per submission: a file's bytes with what its sidecar declares. state: received (not read yet), accepted,
-- accepted_with_warnings, partly_rejected, rejected. known_at is stamped when its figures were taken in.
create table if not exists ops.submissions (
    submission_id varchar primary key,
    file varchar not null,
    sha256 varchar not null,
    layout varchar,
    layout_version varchar,
    source_id varchar,
    revision bigint,
    received_on date,
    state varchar not null,
    read_with varchar,
    known_at timestamp,
    readings bigint not null default 0,
    rows_accepted bigint,
    rows_rejected bigint
);

create table if not exists ops.findings (
    submission_id varchar,
    code varchar not null,
    severity varchar not null,
    file varchar,
    sheet varchar,
    cell varchar,
    found varchar,
    expected varchar,
    found_at timestamp not null,
    closed_at timestamp
);

create table if not exists ops.rejected_rows (
    submission_id varchar not null,
    codes varchar[] not null,
    file varchar not null,
    sheet varchar,
    cell varchar,
    measure varchar,
    raw_text varchar,
    scope_type varchar,
    scope_id varchar,
    series_id varchar,
    definition_version varchar,
    offence_code varchar,
    accumulation varchar,
    window_start date,
    window_end date,
    period_kind varchar,
    period_year bigint,
    period_index bigint,
    rejected_at timestamp not null
);

-- Every rule's outcome in every run that validated something.
create table if not exists ops.rule_results (
    validated_at timestamp not null,
    code varchar not null,
    level integer not null,
    severity varchar not null,
    checked bigint not null,
    failed bigint not null
);

create table if not exists ops.model_tests (
    built_at timestamp not null,
    test varchar not null,
    failing_rows bigint not null
);

-- What the current tables were built from; a build with the same fingerprint would give the same tables.
create table if not exists ops.builds (
    layer varchar primary key,
    fingerprint varchar not null,
    built_at timestamp not null
);

-- Every value that was taken in, as read and as cast. Append-only: a submission that is read again, because layouts or
-- reference data changed, adds another reading. rounded_to: to what the publisher rounded it, 1 when it is exact.
-- tolerated_per_million: by how much of itself a total may differ from its parts besides.
create table if not exists raw.counts (
    submission_id varchar not null,
    reading bigint not null,
    file varchar not null,
    sheet varchar,
    cell varchar not null,
    raw_text varchar,
    cell_kind varchar,
    number_format varchar,
    role varchar not null,
    source_id varchar not null,
    revision bigint not null,
    scope_type varchar not null,
    scope_id varchar not null,
    offence_code varchar,
    series_id varchar not null,
    definition_version varchar not null,
    window_start date not null,
    window_end date not null,
    window_basis varchar,
    period_kind varchar not null,
    period_year bigint,
    period_index bigint,
    accumulation varchar not null,
    measure varchar not null,
    value bigint,
    status varchar not null,
    rounded_to bigint not null default 1,
    tolerated_per_million bigint not null default 0,
    provisional boolean not null default false,
    evidence varchar,
    citation varchar,
    derived_from varchar
);

-- A warehouse from before these columns: its figures were exact and final.
alter table raw.counts add column if not exists number_format varchar;
alter table raw.counts add column if not exists rounded_to bigint default 1;
alter table raw.counts add column if not exists tolerated_per_million bigint default 0;
alter table raw.counts add column if not exists provisional boolean default false;

-- Totals and rates that a form prints of its own figures, compared with them when it was read; never loaded as figures.
-- Append-only like raw.counts. computed: what the figures give, where they give anything.
create table if not exists ops.printed_checks (
    submission_id varchar not null,
    reading bigint not null,
    file varchar not null,
    sheet varchar,
    cell varchar not null,
    role varchar not null,
    total_over varchar,
    measure varchar,
    scope_type varchar,
    scope_id varchar,
    series_id varchar,
    definition_version varchar,
    offence_code varchar,
    accumulation varchar,
    window_start date,
    window_end date,
    raw_text varchar,
    computed varchar,
    tolerance bigint,
    verdict varchar
);
