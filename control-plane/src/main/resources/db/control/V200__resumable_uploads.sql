-- Uploads of artifacts on their way. The bytes lie in files named by the id until the upload is finished.
create table artifact_upload (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    -- What a person said of it; null: not said, the package says it itself.
    kind text not null check (kind in ('image', 'app')),
    name text,
    version text,
    hardware text,
    release_counter bigint,
    file_name text not null,
    length bigint not null check (length > 0),
    -- As announced; null: not announced.
    sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
    -- Bytes that were forced to disk.
    received bigint not null default 0 check (received between 0 and length),
    -- Once finished.
    artifact text,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    created_by text not null,
    primary key (tenant, id)
);
call protect('artifact_upload');
create index artifact_upload_by_age on artifact_upload (tenant, changed_at);

-- Bytes on their way into place, which no row of `artifact` names yet: not garbage until then. Whoever takes bytes away looks
-- here too, under the advisory lock ('artifact', 'bytes').
create table artifact_claim (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    sha256 text not null,
    until timestamptz not null,
    primary key (tenant, id)
);
call protect('artifact_claim');
create index artifact_claim_by_hash on artifact_claim (tenant, sha256);

-- When it was first seen that nothing needs it any more, and when the same bytes were uploaded once more.
alter table artifact add column unneeded_since timestamptz;
alter table artifact add column uploaded_again_at timestamptz;
create index artifact_unneeded on artifact (tenant, unneeded_since) where unneeded_since is not null;
