create table artifact (
    tenant text not null default current_tenant() references tenant,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    length bigint not null,
    kind text not null check (kind in ('image', 'app', 'policy', 'settings')),
    name text not null,
    version text not null,
    version_code bigint not null default 0,
    -- Empty: fits any.
    hardware text not null default '',
    release_counter bigint not null default 0,
    -- Name in the image repository; the delegation that signs it follows from its first parts.
    path text not null,
    signer text not null default '',
    apl text not null default '',
    version_name text not null default '',
    permissions text[] not null default '{}',
    uploaded_at timestamptz not null,
    uploaded_by text not null,
    primary key (tenant, sha256),
    unique (tenant, path)
);
call protect('artifact');
create index artifact_by_time on artifact (tenant, uploaded_at desc, sha256);

-- Metadata by file name, byte for byte as signed. Old versions stay: clients walk the chain of roots, and a client in the
-- middle of a refresh asks for what its timestamp named.
create table trust_file (
    tenant text not null default current_tenant() references tenant,
    repository text not null check (repository in ('images', 'director')),
    name text not null,
    body bytea not null,
    written_at timestamptz not null,
    primary key (tenant, repository, name)
);
call protect('trust_file');

-- What the director signed for each device: the newest document and the one before, for a device in mid-refresh.
create table director_document (
    tenant text not null default current_tenant(),
    device text not null,
    version bigint not null,
    generation bigint not null,
    targets bytea not null,
    snapshot bytea not null,
    timestamp bytea not null,
    signed_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (tenant, device, version),
    foreign key (tenant, device) references device on delete cascade
);
call protect('director_document');
