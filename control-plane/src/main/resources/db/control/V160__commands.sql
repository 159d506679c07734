create table command (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    kind text not null,
    arguments jsonb not null,
    selector text not null,
    -- Devices a minute; null: all at once.
    per_minute integer check (per_minute > 0),
    -- How many devices the pace lets have it, as of then; grows with time, falls with each device.
    credit double precision not null default 1,
    credit_at timestamptz not null,
    deadline timestamptz not null,
    state text not null check (state in ('running', 'cancelled', 'completed')),
    size integer not null,
    -- One counter a state of command_device; they move with the rows, never by counting these.
    waiting integer not null,
    sent integer not null default 0,
    accepted integer not null default 0,
    done integer not null default 0,
    failed integer not null default 0,
    rejected integer not null default 0,
    expired integer not null default 0,
    cancelled integer not null default 0,
    created_at timestamptz not null,
    created_by text not null,
    ended_at timestamptz,
    primary key (tenant, id)
);
call protect('command');
create index command_newest on command (tenant, created_at desc, id);
create index command_running on command (tenant, id) where state <> 'completed';

create table command_device (
    tenant text not null default current_tenant(),
    command uuid not null,
    device text not null,
    state text not null check (state in
        ('waiting', 'sent', 'accepted', 'done', 'failed', 'rejected', 'expired', 'cancelled')),
    -- Not connected when its turn came: looked at again when it connects.
    asleep boolean not null default false,
    -- How often it was handed to the gateways, and when again if nothing is heard; null: at once.
    sends integer not null default 0,
    next_send timestamptz,
    reason text not null default '',
    output text not null default '',
    since timestamptz not null,
    primary key (tenant, command, device),
    foreign key (tenant, command) references command,
    foreign key (tenant, device) references device on delete cascade
);
call protect('command_device');
create index command_device_by_state on command_device (tenant, command, state, reason, device);
create index command_device_awake on command_device (tenant, command, device) where state = 'waiting' and not asleep;
create index command_device_sent on command_device (tenant, next_send) where state = 'sent';
create index command_device_open on command_device (tenant, device) where state in ('waiting', 'sent', 'accepted');
create index command_device_newest on command_device (tenant, device, since desc);
