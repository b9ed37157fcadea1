-- The tables that are not models: the ledger, what was read (append-only), what was found, and what was built.
create schema if not exists ops;
create schema if not exists staging;
create schema if not exists raw;
create schema if not exists reference;
create schema if not exists reference_history;
create schema if not exists core;
create schema if not exists marts;
create sequence if not exists ops.receipt_numbers;
create sequence if not exists raw.value_numbers;

-- One row each time a file appears with another content or sidecar than was last seen under its name. changed_from: the
-- SHA-256 of the content that the name stands for, where this is another one; such a file is refused. origin: the name
-- under which the file came first, for it may be moved; duplicate_of: the name of another file with the same bytes and
-- sidecar.
create table if not exists ops.receipts (
    receipt_no bigint default nextval('ops.receipt_numbers'),
    file varchar not null,
    submission_id varchar not null,
    sha256 varchar not null,
    sidecar_sha256 varchar,
    size bigint not null,
    seen_at timestamp not null,
    duplicate_of varchar,
    changed_from varchar,
    origin varchar not null
);

-- Submissions that are to be read: a file's bytes with what its sidecar declares.
create table if not exists ops.waiting (submission_id varchar primary key);

-- Every time a submission was read, what it declared, and what became of it; append-only. state: accepted,
-- accepted_with_warnings, partly_rejected, rejected, duplicate (of figures that another file gave), withdrawn. read_at is
-- when this happened; known_at is from when on the figures count as known: the same, unless the sidecar declares a
-- backfill. `origin` is the name under which the file came first, `replaces` that of a file whose place this one takes.
create table if not exists ops.readings (
    submission_id varchar not null,
    reading bigint not null,
    file varchar not null,
    origin varchar not null,
    sha256 varchar not null,
    layout varchar,
    layout_version varchar,
    source_id varchar,
    revision bigint not null,
    sender varchar,
    received_on date,
    backfilled boolean not null,
    replaces varchar,
    state varchar not null,
    duplicate_of varchar,
    figures_hash varchar,
    read_with varchar not null,
    read_at timestamp not null,
    known_at timestamp not null,
    rows_accepted bigint not null,
    rows_rejected bigint not null,
    primary key (submission_id, reading)
);

-- Files from which figures were taken in, with the content that they had.
create or replace view ops.files_kept as
select file, max_by(sha256, read_at) as sha256
from ops.readings
where rows_accepted > 0
group by file;

-- The ledger: every file that was ever seen, once for each content and sidecar. Written anew from the tables above
-- whenever these or core change (ledger.sql).
create table if not exists ops.submissions (
    file varchar not null,
    submission_id varchar not null,
    sha256 varchar not null,
    jurisdiction_id varchar,
    sender varchar,
    received_on date,
    received_basis varchar,
    first_seen_at timestamp,
    known_at timestamp,
    layout varchar,
    source_id varchar,
    revision bigint,
    unit_ids varchar[],
    period_ids varchar[],
    state varchar not null,
    verdict varchar,
    reasons varchar[],
    duplicate_of varchar,
    rows_accepted bigint,
    rows_rejected bigint,
    readings bigint not null
);

-- What the sender of a file was told last, as a hash of it.
create table if not exists ops.feedback (
    file varchar primary key,
    content_hash varchar not null,
    told_at timestamp not null
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

-- What senders stand by: warnings with this code are not raised for this cell, or for any of the submission.
create table if not exists ops.confirmations (
    submission_id varchar not null,
    code varchar not null,
    sheet varchar,
    cell varchar,
    confirmed_by varchar not null,
    confirmed_on date not null
);

-- The rules: level 1 value, 2 submission, 3 over time, 4 across submissions and sources. Codes without a row here are of
-- level 0: they are raised while a file is received and read.
create table if not exists ops.rules (
    code varchar primary key,
    level integer not null,
    severity varchar not null,
    scope varchar not null
);

-- Messages of findings, for whoever reads the tables of this schema.
create table if not exists ops.messages (
    code varchar not null,
    language varchar not null,
    what varchar not null,
    what_to_do varchar not null,
    primary key (code, language)
);

create table if not exists ops.rejected_rows (
    submission_id varchar not null,
    reading bigint not null,
    codes varchar[] not null,
    file varchar not null,
    sheet varchar,
    cell varchar,
    measure varchar,
    raw_text varchar,
    expected varchar,
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

-- The same with the messages of its codes, one row a code and language.
create or replace view ops.rejections as
select rejected.* exclude (codes), messages.code, messages.language, messages.what, messages.what_to_do
from (select *, unnest(codes) as code from ops.rejected_rows) as rejected
inner join ops.messages as messages using (code);

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

-- Which content each reference table had from when on; the contents are in schema reference_history.
create table if not exists ops.reference_versions (
    table_name varchar not null,
    version bigint not null,
    sha256 varchar not null,
    known_at timestamp not null,
    primary key (table_name, version)
);

-- Which release used which declared reason; a reason is for one release.
create table if not exists ops.used_reasons (
    reason_id varchar primary key,
    release_id varchar not null
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
    value_no bigint default nextval('raw.value_numbers'),
    submission_id varchar not null,
    reading bigint not null,
    file varchar not null,
    sheet varchar,
    cell varchar not null,
    raw_text varchar,
    corrected_from varchar,
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
