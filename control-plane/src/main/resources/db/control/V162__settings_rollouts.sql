-- All settings documents of a tenant as they were when they were rolled out; what devices get is merged from here.
create table settings_version (
    tenant text not null default current_tenant() references tenant,
    version bigint not null,
    comment text not null,
    selector text not null,
    rollout uuid,
    created_at timestamptz not null,
    created_by text not null,
    primary key (tenant, version)
);
call protect('settings_version');

create table settings_version_document (
    tenant text not null default current_tenant(),
    version bigint not null,
    level text not null,
    name text not null,
    document jsonb not null,
    revision bigint not null,
    updated_at timestamptz not null,
    updated_by text not null,
    primary key (tenant, version, level, name),
    foreign key (tenant, version) references settings_version
);
call protect('settings_version_document');

-- Which version a device is to hold, and what it told of it.
create table device_settings (
    tenant text not null default current_tenant(),
    device text not null,
    version bigint not null,
    -- Members that the device said its platform cannot bring about.
    not_here text[] not null default '{}',
    drift_what text not null default '',
    drift_at timestamptz,
    drifts bigint not null default 0,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade,
    foreign key (tenant, version) references settings_version
);
call protect('device_settings');
create index device_settings_by_version on device_settings (tenant, version);

-- Devices whose settings have to be merged anew. Order-free: a row is deleted by the transaction that did it.
create table settings_due (
    tenant text not null default current_tenant(),
    device text not null,
    since timestamptz not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('settings_due');

alter table rollout add column settings_version bigint;
alter table rollout add foreign key (tenant, settings_version) references settings_version;
