-- Roles exist before the first start: ${app} serves people and devices under forced row-level security, ${jobs} only the
-- queue and the outbox. Every table carries the tenant; unset tenant = no rows.
grant usage on schema muster to ${app}, ${jobs};
alter default privileges in schema muster grant select, insert, update, delete on tables to ${app};
alter default privileges in schema muster grant usage, select on sequences to ${app};

-- After a transaction with a local setting the value is '' and not NULL on that connection.
create function current_tenant() returns text language sql stable parallel safe as
    $$ select nullif(current_setting('app.tenant', true), '') $$;

-- Every new table calls this once: row-level security on and forced, one policy per tenant.
create procedure protect(protected regclass) language plpgsql as $$
begin
    execute format('alter table %s enable row level security', protected);
    execute format('alter table %s force row level security', protected);
    execute format('create policy tenant_only on %s using (tenant = nullif(current_setting(''app.tenant'', true), ''''))'
        || ' with check (tenant = nullif(current_setting(''app.tenant'', true), ''''))', protected);
end $$;

create table tenant (
    tenant text primary key check (tenant ~ '^[a-z][a-z0-9-]{0,31}$'),
    created_at timestamptz not null default now()
);
call protect('tenant');
grant select on tenant to ${jobs};
create policy jobs_read on tenant for select to ${jobs} using (true);

create table site (
    tenant text not null default current_tenant() references tenant,
    name text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    parent text,
    time_zone text not null default 'UTC',
    uplink_kbps bigint check (uplink_kbps > 0),
    created_at timestamptz not null default now(),
    primary key (tenant, name),
    foreign key (tenant, parent) references site (tenant, name)
);
call protect('site');
create index site_children on site (tenant, parent);

create table device (
    tenant text not null default current_tenant() references tenant,
    id text not null,
    name text not null,
    status text not null check (status in ('pending', 'active', 'suspended', 'retired')),
    site text,
    hardware text not null,
    serial text,
    enrolled_at timestamptz,
    generation bigint not null default 0,
    revision bigint not null default 1,
    primary key (tenant, id),
    foreign key (tenant, site) references site (tenant, name)
);
call protect('device');
create index device_by_site on device (tenant, site);
create index device_by_serial on device (tenant, serial) where serial is not null;

create table device_tag (
    tenant text not null default current_tenant(),
    device text not null,
    tag text not null,
    primary key (tenant, device, tag),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_tag');
create index device_by_tag on device_tag (tenant, tag, device);

-- Attributes are rows, so that every selector finds a B-tree.
create table device_fact (
    tenant text not null default current_tenant(),
    device text not null,
    key text not null,
    text text not null,
    num double precision,
    primary key (tenant, device, key),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_fact');
create index device_by_fact_text on device_fact (tenant, key, text, device);
create index device_by_fact_num on device_fact (tenant, key, num, device) where num is not null;

-- Kept apart from `device`: devices write here, people write there, and neither waits for the other.
create table device_presence (
    tenant text not null default current_tenant(),
    device text not null,
    online boolean not null,
    epoch bigint not null,
    last_seen timestamptz not null,
    gateway text not null,
    reason text not null default '',
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_presence');

-- What the device last said it runs, for lists; the full report belongs to the feature `reported`.
create table device_summary (
    tenant text not null default current_tenant(),
    device text not null,
    reported_generation bigint not null default 0,
    image_version text,
    image_slot text,
    policy_version text,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_summary');

create table role_binding (
    tenant text not null default current_tenant() references tenant,
    id uuid not null default gen_random_uuid(),
    kind text not null check (kind in ('person', 'service', 'group')),
    issuer text not null,
    subject text not null,
    role text not null,
    selector text not null default '',
    deny boolean not null default false,
    created_at timestamptz not null default now(),
    created_by text not null,
    primary key (tenant, id)
);
call protect('role_binding');
create index role_binding_by_subject on role_binding (tenant, issuer, subject);

-- One ladder of levels, merged on the server: tenant < site < group < device.
create table setting (
    tenant text not null default current_tenant() references tenant,
    level text not null check (level in ('tenant', 'site', 'group', 'device')),
    name text not null,
    document jsonb not null,
    revision bigint not null default 1,
    updated_at timestamptz not null,
    updated_by text not null,
    primary key (tenant, level, name)
);
call protect('setting');

create table audit (
    tenant text not null default current_tenant() references tenant,
    id bigint generated always as identity,
    at timestamptz not null,
    actor text not null,
    actor_name text not null,
    verb text not null,
    object text not null,
    detail jsonb not null,
    outcome text not null,
    -- Filled by the sealer: position and hash chain per tenant.
    sealed_seq bigint,
    previous_hash bytea,
    hash bytea,
    primary key (tenant, id)
);
call protect('audit');
create index audit_by_object on audit (tenant, object, id);
revoke update, delete, truncate on audit from ${app};

create table outbox (
    id bigint generated always as identity primary key,
    tenant text not null default current_tenant() references tenant,
    shard smallint not null,
    topic text not null,
    key text not null,
    payload bytea not null,
    created_at timestamptz not null default now()
);
call protect('outbox');
create index outbox_order on outbox (shard, id);
revoke select, update, delete on outbox from ${app};
grant select, delete on outbox to ${jobs};
create policy jobs_all on outbox to ${jobs} using (true);

-- The tenant that exists out of the box. Forced row-level security binds the owner too.
select set_config('app.tenant', 'default', true);
insert into tenant (tenant) values ('default');
