-- What a device must be before a release may come to it. Never changed afterwards, as the rest of a release.
alter table release add column requires jsonb not null default '{}';

-- Devices that do not meet it: neither a success nor a failure, and no reason for the others to wait.
alter table rollout_wave add column blocked integer not null default 0;
create index rollout_device_blocked on rollout_device (tenant, device) where state = 'blocked';

-- Channels of a tenant in the order of promotion; a tenant without rows has the ones that exist by default.
create table channel (
    tenant text not null default current_tenant() references tenant,
    name text not null,
    position integer not null,
    primary key (tenant, name),
    constraint channel_position unique (tenant, position) deferrable initially deferred
);
call protect('channel');

-- The furthest channel that a release has reached.
create table channel_release (
    tenant text not null default current_tenant(),
    release uuid not null,
    channel text not null,
    since timestamptz not null,
    moved_by text not null,
    note text not null default '',
    primary key (tenant, release),
    foreign key (tenant, release) references release,
    foreign key (tenant, channel) references channel
);
call protect('channel_release');
create index channel_release_by_channel on channel_release (tenant, channel);

-- Every move of a release, for ever.
create table channel_move (
    tenant text not null default current_tenant() references tenant,
    id bigint generated always as identity,
    release uuid not null,
    action text not null check (action in ('promote', 'demote', 'withdraw')),
    from_channel text not null default '',
    to_channel text not null default '',
    at timestamptz not null,
    moved_by text not null,
    note text not null default '',
    primary key (tenant, id),
    foreign key (tenant, release) references release
);
call protect('channel_move');
create index channel_move_by_release on channel_move (tenant, release, id);
