-- Gates of time and of people, the speed of a rollout, and times in which none moves.
alter table rollout_wave
    add column soak_seconds bigint not null default 0,
    add column approval boolean not null default false,
    add column approved_by text,
    add column held_since timestamptz;

alter table rollout
    -- When devices may switch to what they loaded.
    add column install_mode text not null default 'forced',
    add column window_days text[],
    add column window_from time,
    add column window_to time,
    -- Devices a minute; null: as fast as the server can.
    add column per_minute integer,
    add column jitter_seconds bigint not null default 0,
    -- The next device may start then.
    add column pace_next timestamptz,
    add column override_asked_by text,
    add column override_reason text not null default '',
    -- A second person; from then on no freeze holds this rollout.
    add column override_by text;

alter table rollout_device
    -- A waiting device whose turn has come does not start before that.
    add column not_before timestamptz,
    -- Why, for people: `freeze ...`, `uplink ...`, `jitter`.
    add column hold text not null default '';
create index rollout_device_failed on rollout_device (tenant, rollout, reason) where state = 'failed';

alter table desired_target
    add column install_mode text not null default 'forced',
    add column install_window boolean not null default false;

create table rollout_freeze (
    tenant text not null default current_tenant() references tenant,
    name text not null,
    from_at timestamptz not null,
    to_at timestamptz not null,
    -- Empty: every device.
    selector text not null default '',
    reason text not null default '',
    created_at timestamptz not null,
    created_by text not null,
    primary key (tenant, name),
    check (from_at < to_at)
);
call protect('rollout_freeze');
create index rollout_freeze_by_end on rollout_freeze (tenant, to_at);

-- When the uplink of a site is free again, by the downloads handed out to its devices.
create table uplink_use (
    tenant text not null default current_tenant() references tenant,
    site text not null,
    free_at timestamptz not null,
    primary key (tenant, site)
);
call protect('uplink_use');

-- The nearest site at or above a site that limits its uplink, with the limit; no row where none does.
create function site_uplink(wanted text) returns table (site text, kbps bigint) language sql stable parallel safe as $$
    with recursive up as (
        select s.name, s.parent, s.uplink_kbps, 0 as steps from site s where s.name = wanted
        union all
        select s.name, s.parent, s.uplink_kbps, up.steps + 1 from site s join up on s.name = up.parent
         where up.uplink_kbps is null and up.steps < 64)
    select name, uplink_kbps from up where uplink_kbps is not null order by steps limit 1
$$;

-- What devices were to hold before a rollout changed it: what going back would go back to.
create table rollout_before (
    tenant text not null default current_tenant(),
    rollout uuid not null,
    device text not null,
    name text not null,
    -- Empty: nothing.
    version text not null default '',
    release_counter bigint not null default 0,
    primary key (tenant, rollout, device, name),
    foreign key (tenant, rollout) references rollout,
    foreign key (tenant, device) references device on delete cascade
);
call protect('rollout_before');
