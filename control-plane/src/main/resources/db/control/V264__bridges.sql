-- Devices that others speak for: no certificate, no desired state.
alter table device add column kind text not null default 'managed' check (kind in ('managed', 'foreign'));

-- Connections to brokers that are there already.
create table bridge (
    tenant text not null default current_tenant() references tenant,
    name text not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    description text not null,
    broker text not null,
    -- RSQL, which devices it may speak for; empty: every foreign one.
    selector text not null,
    enabled boolean not null,
    yaml text not null,
    -- What we are let in with. A broker needs the very words, so a hash would not do; never given out.
    password text,
    certificate text,
    private_key text,
    revision bigint not null,
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (tenant, name),
    check ((certificate is null) = (private_key is null))
);
call protect('bridge');

-- Which instance keeps a connection up, and how it stands. Numbers are of all its runs.
create table bridge_run (
    tenant text not null default current_tenant(),
    name text not null,
    -- Of one process; it owns the connection until then.
    owner text not null,
    owned_until timestamptz not null,
    -- Higher with each owner.
    epoch bigint not null,
    instance text not null,
    state text not null default 'connecting',
    problem text not null default 'none',
    detail text not null default '',
    since timestamptz,
    last_message timestamptz,
    received bigint not null default 0,
    measured bigint not null default 0,
    dead_letters bigint not null default 0,
    refused bigint not null default 0,
    dropped bigint not null default 0,
    gaps bigint not null default 0,
    per_second double precision not null default 0,
    -- Devices that were refused lately, with the reason.
    refusals jsonb not null default '{}',
    primary key (tenant, name),
    foreign key (tenant, name) references bridge on delete cascade
);
call protect('bridge_run');
