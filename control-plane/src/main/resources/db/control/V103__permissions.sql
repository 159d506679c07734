create table policy_document (
    tenant text not null default current_tenant() references tenant,
    kind text not null,
    name text not null,
    yaml text not null,
    updated_at timestamptz not null,
    updated_by text not null,
    primary key (tenant, kind, name)
);
call protect('policy_document');

create table policy_version (
    tenant text not null default current_tenant() references tenant,
    version bigint not null,
    comment text not null,
    -- The snapshot: every document as it was, in one YAML stream.
    documents text not null,
    -- Null where no device was there to get it.
    rollout uuid,
    published_at timestamptz not null,
    published_by text not null,
    primary key (tenant, version)
);
call protect('policy_version');

-- Which bundle a version is for a device profile; equal profiles share one.
create table policy_bundle (
    tenant text not null default current_tenant(),
    version bigint not null,
    profile text not null,
    sha256 text not null,
    primary key (tenant, version, profile),
    foreign key (tenant, version) references policy_version,
    foreign key (tenant, sha256) references artifact
);
call protect('policy_bundle');

-- Which version a device is to hold, and for which profile it was compiled.
create table device_policy (
    tenant text not null default current_tenant(),
    device text not null,
    version bigint not null,
    profile text not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_policy');
