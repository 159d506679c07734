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

-- The image repository, byte for byte as signed. Old versions stay: clients walk the chain of roots.
create table image_metadata (
    tenant text not null default current_tenant() references tenant,
    role text not null,
    version bigint not null,
    body bytea not null,
    expires_at timestamptz not null,
    primary key (tenant, role, version)
);
call protect('image_metadata');

-- One current document per device and role; root is the tenant's and has the empty device.
create table director_metadata (
    tenant text not null default current_tenant() references tenant,
    device text not null,
    role text not null,
    version bigint not null,
    body bytea not null,
    generation bigint not null default 0,
    signed_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (tenant, device, role, version)
);
call protect('director_metadata');
