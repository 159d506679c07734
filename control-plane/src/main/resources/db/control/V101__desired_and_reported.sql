create table desired_target (
    tenant text not null default current_tenant(),
    device text not null,
    name text not null,
    state text not null check (state in ('present', 'absent')),
    -- All below is empty where the target must be absent.
    sha256 text not null default '',
    path text not null default '',
    length bigint not null default 0,
    version text not null default '',
    hardware text not null default '',
    release_counter bigint not null default 0,
    lease_seconds bigint,
    on_expiry text,
    -- Who asked for it, such as `rollout/<id>`.
    source text not null,
    changed_at timestamptz not null,
    primary key (tenant, device, name),
    foreign key (tenant, device) references device on delete cascade
);
call protect('desired_target');
create index desired_by_hash on desired_target (tenant, sha256) where sha256 <> '';

-- The last report, whole; every report replaces the one before.
create table reported_state (
    tenant text not null default current_tenant(),
    device text not null,
    generation bigint not null,
    at timestamptz not null,
    targets jsonb not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('reported_state');

create table device_manifest (
    tenant text not null default current_tenant(),
    device text not null,
    at timestamptz not null,
    received_at timestamptz not null,
    generation bigint not null,
    manifest jsonb not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_manifest');

create table device_event (
    tenant text not null default current_tenant(),
    id bigint generated always as identity,
    device text not null,
    at timestamptz not null,
    received_at timestamptz not null,
    kind text not null,
    detail jsonb not null,
    -- Of the payload: the same record read twice is one event.
    digest bytea not null,
    primary key (tenant, id),
    unique (tenant, device, digest),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_event');
create index device_event_newest on device_event (tenant, device, id desc);
