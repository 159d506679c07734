-- How often services asked, per app and permission; summed over all the intervals that devices sent.
create table permission_usage (
    tenant text not null default current_tenant(),
    device text not null,
    bundle text not null,
    user_id integer not null,
    instance integer not null,
    permission text not null,
    granted bigint not null,
    denied bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    -- Null: never granted when asked for.
    last_granted_at timestamptz,
    primary key (tenant, device, bundle, user_id, instance, permission),
    foreign key (tenant, device) references device on delete cascade
);
call protect('permission_usage');
create index permission_usage_by_app on permission_usage (tenant, bundle, permission, device);
create index permission_usage_old on permission_usage (tenant, last_at);

-- Whether silence of a device means anything: the days on which it was heard, and when it had to drop counts.
create table usage_coverage (
    tenant text not null default current_tenant(),
    device text not null,
    -- Days since 1970-01-01, UTC; bit n of `days` stands for the n-th day before it.
    newest_day integer not null,
    days bigint not null,
    dropped bigint not null default 0,
    dropped_at timestamptz,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('usage_coverage');

-- Since when an app instance has been there without a break.
create table device_app (
    tenant text not null default current_tenant(),
    device text not null,
    bundle text not null,
    user_id integer not null,
    instance integer not null,
    since timestamptz not null,
    primary key (tenant, device, bundle, user_id, instance),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_app');
create index device_app_by_bundle on device_app (tenant, bundle, device);

-- Questions that the policy in force and the watched one answered differently.
create table shadow_disagreement (
    tenant text not null default current_tenant(),
    version bigint not null,
    device text not null,
    bundle text not null,
    permission text not null,
    live boolean not null,
    shadow boolean not null,
    live_reason text not null,
    shadow_reason text not null,
    count bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    primary key (tenant, version, bundle, permission, live, shadow, live_reason, shadow_reason, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('shadow_disagreement');
create index shadow_disagreement_of on shadow_disagreement (tenant, device);
create index shadow_disagreement_old on shadow_disagreement (tenant, last_at);
