-- One row per device that is not retired, changed when what it says changes. Lists and counts read nothing else.
create table device_compliance (
    tenant text not null default current_tenant(),
    device text not null,
    state text not null check (state in ('compliant', 'pending', 'drifted', 'not-enforceable', 'stale')),
    policy_version bigint,
    wanted_version bigint,
    why text not null,
    since timestamptz not null,
    -- When it becomes stale unless it is heard of before.
    stale_at timestamptz not null,
    -- Denied where nothing stops the OS: counted once for the bundle, the traits and the levels that `judged` names.
    not_enforceable integer not null default 0,
    judged text not null default '',
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_compliance');
create index device_compliance_page on device_compliance (tenant, device)
    include (state, policy_version, wanted_version, why, since);
create index device_compliance_by_state on device_compliance (tenant, state, device)
    include (policy_version, wanted_version, why, since);
create index device_compliance_due on device_compliance (tenant, stale_at) where state <> 'stale';

-- How many devices are in each state, in parts that writers of different devices do not share.
create table compliance_count (
    tenant text not null default current_tenant() references tenant,
    state text not null,
    part smallint not null,
    devices bigint not null,
    primary key (tenant, state, part)
);
call protect('compliance_count');

-- Devices that are there already: pending, until each is heard of again. The owner is bound by row-level security like
-- everybody else, so the list of tenants is opened for this one statement.
alter table tenant no force row level security;
do $$
declare one text;
begin
    for one in select tenant from tenant loop
        perform set_config('app.tenant', one, true);
        insert into device_compliance (device, state, why, since, stale_at)
        select id, 'pending', 'not heard of since compliance is kept', now(), now() + interval '1 day'
          from device where status <> 'retired';
        insert into compliance_count (state, part, devices)
        select 'pending', hashtext(device) & 15, count(*) from device_compliance group by hashtext(device) & 15;
    end loop;
end $$;
alter table tenant force row level security;
