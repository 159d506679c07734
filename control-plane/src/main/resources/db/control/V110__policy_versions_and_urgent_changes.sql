-- A shadow version is only watched on devices. A rollback is a version with the documents of an older one.
alter table policy_version add column kind text not null default 'live' check (kind in ('live', 'shadow'));
alter table policy_version add column rolled_back_from bigint;

-- Urgent changes lie on top of versions; `overlay` is the digest of those that change this version, empty for none.
alter table policy_bundle add column overlay text not null default '';
alter table policy_bundle drop constraint policy_bundle_pkey;
alter table policy_bundle add primary key (tenant, version, profile, overlay);
alter table device_policy add column overlay text not null default '';
create index device_policy_by_version on device_policy (tenant, version);

create table policy_urgent (
    tenant text not null default current_tenant() references tenant,
    kind text not null check (kind in ('guard-rail', 'revocation')),
    name text not null,
    -- A guard rail, and the zones and shifts its condition asks for, as they were; empty for a revocation.
    yaml text not null,
    reason text not null,
    since timestamptz not null,
    created_by text not null,
    -- A guard rail that this version contains; it lies on top of the versions before that one only.
    absorbed_by bigint,
    primary key (tenant, kind, name)
);
call protect('policy_urgent');

-- Devices whose targets have to be made anew. Order-free: a row is deleted by the transaction that did it.
create table policy_due (
    tenant text not null default current_tenant(),
    device text not null,
    since timestamptz not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('policy_due');

create table device_shadow (
    tenant text not null default current_tenant(),
    device text not null,
    version bigint not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade,
    foreign key (tenant, version) references policy_version
);
call protect('device_shadow');

-- What the target `capabilities` of a device holds; the device's row is made anew when one of them ends.
create table device_capability (
    tenant text not null default current_tenant(),
    device text not null,
    name text not null,
    not_after timestamptz not null,
    primary key (tenant, device, name),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_capability');
create index device_capability_end on device_capability (tenant, not_after);

alter table artifact drop constraint artifact_kind_check;
alter table artifact add constraint artifact_kind_check
    check (kind in ('image', 'app', 'policy', 'policy-shadow', 'capabilities', 'settings'));

-- Null: that of the nearest site above that has one.
alter table site alter column time_zone drop not null;
alter table site alter column time_zone drop default;

-- The time zone that counts at a site; UTC where none is known.
create function site_time_zone(wanted text) returns text language sql stable parallel safe as $$
    with recursive up as (
        select s.parent, s.time_zone, 0 as steps from site s where s.name = wanted
        union all
        select s.parent, s.time_zone, up.steps + 1 from site s join up on s.name = up.parent
         where up.time_zone is null and up.steps < 64)
    select coalesce((select time_zone from up where time_zone is not null order by steps limit 1), 'UTC')
$$;
