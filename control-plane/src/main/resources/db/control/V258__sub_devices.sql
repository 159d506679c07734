-- What gateways say is behind them. A person lets each in, and then it is a device of the name `gateway/child`.
create table sub_device (
    tenant text not null default current_tenant() references tenant,
    gateway text not null,
    child text not null,
    driver text not null,
    hardware text not null,
    facts jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'approved', 'rejected')),
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    primary key (tenant, gateway, child),
    foreign key (tenant, gateway) references device (tenant, id)
);
call protect('sub_device');
