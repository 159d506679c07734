-- The book of alerts: what streams told, and what people made of it.
create table alert (
    tenant text not null default current_tenant() references tenant,
    id text not null,
    rule text not null,
    device text not null,
    -- As they were when the alert began.
    kind text not null,
    severity text not null,
    labels jsonb not null,
    summary text not null,
    -- Where the device was, and the device its link goes over; empty: none.
    site text not null default '',
    gateway text not null default '',
    state text not null check (state in ('pending', 'firing', 'acknowledged', 'resolved')),
    since timestamptz not null,
    fired_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    value double precision,
    detail text not null default '',
    -- The alert that says more than this one, such as that of the gateway the device hangs on.
    inhibited_by text,
    silenced_by uuid,
    -- Not before that are channels told: what explains this alert may be about to come.
    tell_after timestamptz,
    -- Whether channels were told that it fires, and that it is over.
    told_firing boolean not null default false,
    told_resolved boolean not null default false,
    primary key (tenant, id)
);
call protect('alert');
create index alert_newest on alert (tenant, since desc, id desc);
create index alert_open on alert (tenant, device, rule) where state <> 'resolved';
create index alert_to_tell on alert (tenant, tell_after)
    where (state in ('firing', 'acknowledged') and not told_firing) or (state = 'resolved' and told_firing and not told_resolved);
create index alert_inhibited on alert (tenant, inhibited_by) where inhibited_by is not null;
create index alert_behind on alert (tenant, gateway) where state <> 'resolved' and gateway <> '';
create index alert_old on alert (tenant, resolved_at) where state = 'resolved';

-- What happened to an alert.
create table alert_step (
    tenant text not null default current_tenant() references tenant,
    alert text not null,
    id bigint generated always as identity,
    at timestamptz not null,
    what text not null,
    -- Empty: streams or the server.
    actor text not null default '',
    note text not null default '',
    primary key (tenant, alert, id),
    foreign key (tenant, alert) references alert on delete cascade
);
call protect('alert_step');

create table alert_silence (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    -- RSQL; empty: every device.
    selector text not null,
    -- Empty: every rule.
    rule text not null,
    reason text not null,
    created_at timestamptz not null,
    created_by text not null,
    until timestamptz not null,
    ended_at timestamptz,
    ended_by text,
    primary key (tenant, id)
);
call protect('alert_silence');
create index alert_silence_newest on alert_silence (tenant, until desc);

-- The device that the link of a device goes over: that of a sub-device, or the gateway of the nearest site above; empty for none.
create function alert_link(of_device text, at_site text) returns text language sql stable as $$
    select case when strpos(of_device, '/') > 0 then split_part(of_device, '/', 1) else coalesce((
        with recursive up as (
            select s.parent, s.gateway, 0 as steps from site s where s.name = at_site
            union all
            select s.parent, s.gateway, up.steps + 1 from site s join up on s.name = up.parent
             where up.gateway is null and up.steps < 64)
        select gateway from up where gateway is not null and gateway <> of_device order by steps limit 1), '') end
$$;
