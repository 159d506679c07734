-- Whom to tell of alerts.
create table alert_channel (
    tenant text not null default current_tenant() references tenant,
    name text not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    kind text not null check (kind in ('webhook', 'email')),
    -- Of a webhook.
    url text not null default '',
    -- What it is signed with; shown once. Whoever receives needs the same bytes, so a hash would not do.
    secret text,
    -- Of e-mail.
    recipients text[] not null default '{}',
    -- The least that is told.
    severity text not null check (severity in ('info', 'warning', 'critical')),
    -- Sites whose alerts are told, with those below; empty: all.
    sites text[] not null default '{}',
    resolved boolean not null default true,
    enabled boolean not null default true,
    revision bigint not null default 1,
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (tenant, name),
    check ((kind = 'webhook') = (secret is not null))
);
call protect('alert_channel');

-- What is to be told, and how that went.
create table alert_delivery (
    tenant text not null default current_tenant(),
    id uuid not null,
    channel text not null,
    -- firing, resolved or test
    what text not null,
    subject text not null,
    body jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead')),
    attempts integer not null default 0,
    created_at timestamptz not null,
    next_at timestamptz not null,
    settled_at timestamptz,
    -- Of the last attempt.
    said text not null default '',
    primary key (tenant, id),
    foreign key (tenant, channel) references alert_channel on delete cascade
);
call protect('alert_delivery');
create index alert_delivery_due on alert_delivery (tenant, next_at) where state = 'waiting';
create index alert_delivery_newest on alert_delivery (tenant, channel, created_at desc, id);
