-- Sessions of remote help.
create table help_session (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    device text not null,
    kind text not null check (kind in ('terminal', 'get', 'put', 'forward')),
    subject text not null,
    columns int not null,
    rows int not null,
    reason text not null,
    minutes int not null,
    -- asked: waits for a second person; ready: may begin; starting: the device was called; open; over
    state text not null check (state in ('asked', 'ready', 'starting', 'open', 'over')),
    asked_at timestamptz not null,
    asked_by text not null,
    -- By then it must have begun, and from its beginning on: by then it is over.
    until timestamptz not null,
    opened_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    -- Of each direction: frames that came, frames that the other side has.
    up_last bigint not null default 0,
    up_taken bigint not null default 0,
    up_bytes bigint not null default 0,
    down_last bigint not null default 0,
    down_taken bigint not null default 0,
    down_bytes bigint not null default 0,
    -- Running SHA-256 over all frames of both directions, in the order of their coming.
    digest bytea not null,
    active_at timestamptz not null,
    rate_second bigint not null default 0,
    rate_bytes bigint not null default 0,
    primary key (tenant, id),
    foreign key (tenant, device) references device on delete cascade
);
call protect('help_session');
create unique index help_session_one on help_session (tenant, device) where state in ('starting', 'open');
create index help_session_newest on help_session (tenant, asked_at desc, id);
create index help_session_live on help_session (tenant) where state <> 'over';

-- Frames that wait; those of terminals stay as the transcript.
create table help_frame (
    tenant text not null default current_tenant() references tenant,
    session uuid not null,
    up boolean not null,
    number bigint not null,
    position bigint not null,
    channel int not null,
    type text not null,
    data bytea not null,
    at timestamptz not null,
    primary key (tenant, session, up, number),
    foreign key (tenant, session) references help_session on delete cascade
);
call protect('help_frame');
