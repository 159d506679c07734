-- What answered on a device, from when to when: a row per change of bundle, capabilities or profile. Rows end; they are
-- never changed otherwise, and go with the retention of `muster.explain.history`.
create table device_policy_history (
    tenant text not null default current_tenant(),
    id bigint generated always as identity,
    device text not null,
    -- When it began: as the device tells it where that is possible, else when the server heard.
    from_at timestamptz not null,
    heard_at timestamptz not null,
    -- Null: still so, as far as the server has heard.
    to_at timestamptz,
    -- Null: no policy, or one this tenant never published.
    version bigint,
    sha256 text not null default '',
    capabilities_sha256 text not null default '',
    profile text not null default '',
    primary key (tenant, id),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_policy_history');
create index device_policy_history_of on device_policy_history (tenant, device, from_at desc, id desc);
create unique index device_policy_history_open on device_policy_history (tenant, device) where to_at is null;
create index device_policy_history_old on device_policy_history (tenant, to_at) where to_at is not null;

-- The inventory behind a profile's digest: attributes and apps, once for all devices that are equal in it.
create table inventory_profile (
    tenant text not null default current_tenant() references tenant,
    digest text not null,
    content jsonb not null,
    made_at timestamptz not null,
    primary key (tenant, digest)
);
call protect('inventory_profile');
create index device_policy_history_profile on device_policy_history (tenant, profile);

-- Manifests byte for byte as signed: the newest of every run of manifests that say the same.
create table signed_manifest (
    tenant text not null default current_tenant(),
    id bigint generated always as identity,
    device text not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    -- Of what it says, without times and counters.
    content bytea not null,
    envelope bytea not null,
    -- The device's certificate and its issuers in PEM, the root last.
    certificates text not null,
    primary key (tenant, id),
    foreign key (tenant, device) references device on delete cascade
);
call protect('signed_manifest');
create index signed_manifest_of on signed_manifest (tenant, device, first_at desc, id desc);
create index signed_manifest_old on signed_manifest (tenant, last_at);

-- The permission report of the last manifest.
create table device_permission_report (
    tenant text not null default current_tenant(),
    device text not null,
    received_at timestamptz not null,
    policy_version bigint not null,
    lease text not null,
    lease_ends timestamptz,
    report jsonb not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_permission_report');

-- What deviates now, as the last manifest lists it.
create table device_drift (
    tenant text not null default current_tenant(),
    device text not null,
    bundle text not null,
    user_id integer not null,
    instance integer not null,
    permission text not null,
    wanted boolean not null,
    actual boolean not null,
    level text not null,
    since timestamptz not null,
    repeats bigint not null,
    backing_off boolean not null,
    primary key (tenant, device, bundle, user_id, instance, permission),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_drift');

-- A drift that came back three times. Closed when the device no longer lists it.
create table drift_alert (
    tenant text not null default current_tenant(),
    id bigint generated always as identity,
    device text not null,
    bundle text not null,
    user_id integer not null,
    instance integer not null,
    permission text not null,
    wanted boolean not null,
    level text not null,
    repeats bigint not null,
    raised_at timestamptz not null,
    closed_at timestamptz,
    primary key (tenant, id),
    foreign key (tenant, device) references device on delete cascade
);
call protect('drift_alert');
create unique index drift_alert_open on drift_alert (tenant, device, bundle, user_id, instance, permission)
    where closed_at is null;
create index drift_alert_old on drift_alert (tenant, closed_at) where closed_at is not null;
