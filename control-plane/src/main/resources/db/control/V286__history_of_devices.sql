-- When sessions of devices began and ended. What a preview of an `offline` rule is judged by; older rows go with the samples.
create table presence_history (
    tenant text not null default current_tenant(),
    device text not null,
    id bigint generated always as identity,
    at timestamptz not null,
    epoch bigint not null,
    online boolean not null,
    reason text not null,
    primary key (tenant, device, id),
    foreign key (tenant, device) references device on delete cascade
);
call protect('presence_history');
create index presence_history_old on presence_history (tenant, at);

-- What of a device was not as decided, from when on: a row per change.
create table drift_history (
    tenant text not null default current_tenant(),
    device text not null,
    id bigint generated always as identity,
    at timestamptz not null,
    targets text[] not null,
    permissions text[] not null,
    primary key (tenant, device, id),
    foreign key (tenant, device) references device on delete cascade
);
call protect('drift_history');
create index drift_history_old on drift_history (tenant, at);

-- Since when both are kept.
alter table tenant add column history_since timestamptz not null default now();

-- Devices that are there already begin with what is known of them. As in V121 the list of tenants is opened for this one statement.
alter table tenant no force row level security;
do $$
declare one text;
begin
    for one in select tenant from tenant loop
        perform set_config('app.tenant', one, true);
        insert into presence_history (device, at, epoch, online, reason)
        select device, case when online then now() else last_seen end, epoch, online, reason from device_presence;
    end loop;
end $$;
alter table tenant force row level security;
