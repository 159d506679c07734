-- What devices said holds of all that their policy asks about the moment. A row stands until the next one of its device.
create table device_situation (
    tenant text not null default current_tenant(),
    device text not null,
    -- By the device's clock, never after the server's.
    at timestamptz not null,
    received_at timestamptz not null,
    policy_sha256 text not null,
    capabilities_sha256 text not null,
    facts jsonb not null,
    primary key (tenant, device, at),
    foreign key (tenant, device) references device on delete cascade
);
call protect('device_situation');
create index device_situation_by_time on device_situation (tenant, at);
