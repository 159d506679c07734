-- Numbers of a version in their order, so that 2.0.10 comes after 2.0.9; words in it do not count.
create function version_numbers(version text) returns numeric[] language sql immutable parallel safe as $$
    select coalesce(array_agg(cast(t.m[1] as numeric) order by t.n), cast('{}' as numeric[]))
      from regexp_matches(version, '[0-9]{1,18}', 'g') with ordinality as t(m, n)
$$;

-- What operators say of a device beside its name, site and tags.
alter table device add column type text;
alter table device add column udid text;
create index device_by_type on device (tenant, type) where type is not null;
-- What an imported row is claimed by: no two rows wait for the same hardware.
create unique index device_awaited_serial on device (tenant, serial) where status = 'pending' and serial is not null;
create unique index device_awaited_udid on device (tenant, udid) where status = 'pending' and udid is not null;

create table device_metadata (
    tenant text not null default current_tenant(),
    device text not null,
    key text not null check (key ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    text text not null,
    num double precision,
    primary key (tenant, device, key),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_metadata');
create index device_by_metadata on device_metadata (tenant, key, text, device);

-- A null means: that of the nearest site above that has one.
alter table site add column window_days text[];
alter table site add column window_from time;
alter table site add column window_to time;
alter table site add column gateway text;
alter table site add column revision bigint not null default 1;
alter table site add foreign key (tenant, gateway) references device (tenant, id);
alter table site add check ((window_days is null) = (window_from is null) and (window_from is null) = (window_to is null));
create index site_by_gateway on site (tenant, gateway) where gateway is not null;
create index enrolment_token_by_site on enrolment_token (tenant, site) where site is not null;

create table device_group (
    tenant text not null default current_tenant() references tenant,
    name text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    kind text not null check (kind in ('static', 'dynamic')),
    -- RSQL; empty for a static group.
    query text not null default '',
    -- What the query asks for, so that a change of one fact looks at no group that does not ask for it.
    fields text[] not null default '{}',
    description text not null default '',
    revision bigint not null default 1,
    created_at timestamptz not null,
    created_by text not null,
    primary key (tenant, name)
);
call protect('device_group');

-- Written for one device when its data change. No foreign key to `device`: who evaluates a whole group must not wait for
-- rows that its waiters hold; devices are never deleted.
create table device_group_member (
    tenant text not null default current_tenant(),
    name text not null,
    device text not null,
    since timestamptz not null,
    primary key (tenant, name, device),
    foreign key (tenant, name) references device_group on delete cascade
);
call protect('device_group_member');
create index device_group_of on device_group_member (tenant, device, name);

-- One list of what happened to a device, newest first.
create index device_event_received on device_event (tenant, device, received_at desc, id desc);
create index audit_of_object_by_time on audit (tenant, object, at desc, id desc);
