-- A query of the list of devices under a name: of one person, or shown to everybody of the tenant.
create table saved_view (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    name text not null check (length(name) between 1 and 80),
    -- RSQL; empty: every device.
    query text not null,
    shared boolean not null,
    -- Identity, issuer#subject; only this one changes it.
    owner text not null,
    revision bigint not null default 1,
    changed_at timestamptz not null,
    primary key (tenant, id),
    unique (tenant, owner, name)
);
call protect('saved_view');
create index saved_view_shared on saved_view (tenant, name, id) where shared;
