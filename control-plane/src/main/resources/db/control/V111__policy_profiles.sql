-- What a policy can tell of the apps of a device, once per distinct set: the impact of a draft asks these rows, never devices.
create table policy_profile (
    tenant text not null default current_tenant() references tenant,
    -- SHA-256 of the canonical form, as the engine computes it for a device without attributes.
    digest text not null,
    apps jsonb not null,
    primary key (tenant, digest)
);
call protect('policy_profile');

-- From the last signed manifest of each device.
create table device_inventory (
    tenant text not null default current_tenant(),
    device text not null,
    profile text not null,
    platform text not null,
    privileged_helper boolean not null,
    debug_build boolean not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade,
    foreign key (tenant, profile) references policy_profile
);
call protect('device_inventory');
create index device_inventory_by_profile on device_inventory (tenant, profile);

-- Apps whose number of running processes the device tells.
create table device_app_processes (
    tenant text not null default current_tenant(),
    device text not null,
    bundle text not null,
    user_id integer not null,
    instance integer not null,
    processes integer not null,
    primary key (tenant, device, bundle, user_id, instance),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_app_processes');
