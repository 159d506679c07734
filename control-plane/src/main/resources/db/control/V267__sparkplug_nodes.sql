-- A device that is a foreign Sparkplug edge node: `group/node`, neither of which holds a slash.
alter table device add column sparkplug text;
create unique index device_sparkplug on device (tenant, sparkplug) where sparkplug is not null and status <> 'retired';

-- How such a node stands, by the gateway it is or was connected to; counts are those of that connection.
create table sparkplug_node (
    tenant text not null default current_tenant() references tenant,
    device text not null,
    online boolean not null,
    bd_seq bigint,
    born_at timestamptz,
    gaps bigint not null,
    lost bigint not null,
    late bigint not null,
    refused bigint not null,
    rebirths bigint not null,
    devices text[] not null,
    epoch bigint not null,
    at timestamptz not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device (tenant, id)
);
call protect('sparkplug_node');
