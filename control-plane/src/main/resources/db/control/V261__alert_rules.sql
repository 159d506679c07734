-- Rules of alerts as people wrote them, and what of them the server needs.
create table alert_rule (
    tenant text not null default current_tenant() references tenant,
    name text not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    revision bigint not null,
    -- Of the condition, such as `threshold`.
    kind text not null,
    severity text not null check (severity in ('info', 'warning', 'critical')),
    -- RSQL; empty: every device.
    selector text not null,
    -- What the selector asks for, so that a change of one fact looks at no rule that does not ask for it.
    fields text[] not null,
    labels jsonb not null,
    summary text not null,
    description text not null,
    yaml text not null,
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (tenant, name)
);
call protect('alert_rule');

-- Which rules watch a device, as told to streams; no row: none ever did. Without a foreign key to `device` as group members are:
-- who evaluates a rule over the fleet must not wait for rows that its waiters hold.
create table alert_watched (
    tenant text not null default current_tenant() references tenant,
    device text not null,
    rules text[] not null,
    revision bigint not null,
    primary key (tenant, device)
);
call protect('alert_watched');

-- A record without a value: what a compacted topic holds under the key is forgotten.
alter table outbox alter column payload drop not null;
