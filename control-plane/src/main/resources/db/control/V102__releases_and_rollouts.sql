create table release (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    name text not null,
    version text not null,
    created_at timestamptz not null,
    created_by text not null,
    primary key (tenant, id),
    unique (tenant, name, version)
);
call protect('release');

create table release_target (
    tenant text not null default current_tenant(),
    release uuid not null,
    -- `image` or `app/<bundle>`.
    name text not null,
    hardware text not null default '',
    -- Empty: must be absent.
    sha256 text,
    primary key (tenant, release, name, hardware),
    foreign key (tenant, release) references release,
    foreign key (tenant, sha256) references artifact
);
call protect('release_target');
create index release_target_by_artifact on release_target (tenant, sha256);

create sequence rollout_start;
grant usage on sequence rollout_start to ${app};

create table rollout (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    name text not null,
    kind text not null check (kind in ('release', 'policy', 'settings')),
    release uuid,
    policy_version bigint,
    selector text not null,
    state text not null,
    reason text not null default '',
    -- A gate paused it, not a person.
    gate boolean not null default false,
    superseded_by uuid,
    max_failure_percent integer not null,
    deadline_seconds bigint not null,
    -- Order of starting: of two rollouts that want the same target name of a device, the later one wins.
    start_no bigint,
    created_at timestamptz not null,
    created_by text not null,
    changed_at timestamptz not null,
    primary key (tenant, id),
    foreign key (tenant, release) references release
);
call protect('rollout');
create index rollout_newest on rollout (tenant, created_at desc, id);
create index rollout_in_flight on rollout (tenant, state) where state in ('running', 'paused');

create table rollout_wave (
    tenant text not null default current_tenant(),
    rollout uuid not null,
    index integer not null,
    name text not null,
    size integer not null,
    success_percent integer not null,
    min_reached integer not null,
    state text not null,
    waiting integer not null,
    started integer not null default 0,
    accepted integer not null default 0,
    succeeded integer not null default 0,
    failed integer not null default 0,
    unreached integer not null default 0,
    superseded integer not null default 0,
    cancelled integer not null default 0,
    tolerated integer not null default 0,
    primary key (tenant, rollout, index),
    foreign key (tenant, rollout) references rollout
);
call protect('rollout_wave');

create table rollout_device (
    tenant text not null default current_tenant(),
    rollout uuid not null,
    device text not null,
    wave integer not null,
    state text not null,
    generation bigint not null default 0,
    -- Started: counts as unreached from then on. Accepted: the deadline.
    due_at timestamptz,
    reason text not null default '',
    message text not null default '',
    superseded_by uuid,
    -- Names of the targets it was handed; empty before its start.
    targets text[] not null default '{}',
    since timestamptz not null,
    primary key (tenant, rollout, device),
    foreign key (tenant, rollout) references rollout,
    foreign key (tenant, device) references device on delete cascade
);
call protect('rollout_device');
create index rollout_device_waiting on rollout_device (tenant, rollout, wave, device) where state = 'waiting';
create index rollout_device_due on rollout_device (tenant, due_at) where due_at is not null;
create index rollout_device_open on rollout_device (tenant, device) where state not in ('waiting', 'cancelled');
