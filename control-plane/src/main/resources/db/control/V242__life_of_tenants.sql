-- A tenant lives: active, suspended and back, then deleting, then deleted, of which the name stays so that it is never given
-- again: a certificate that names it may still be about.
alter table tenant
    add column display_name text not null default '',
    add column state text not null default 'active' check (state in ('active', 'suspended', 'deleting', 'deleted')),
    -- Grows with every change; gateways take the state with the highest.
    add column revision bigint not null default 1,
    add column created_by text not null default 'muster#server',
    add column created_by_name text not null default 'server',
    add column reason text not null default '',
    add column suspended_at timestamptz,
    add column delete_at timestamptz,
    add column deleted_at timestamptz,
    -- Until then the trail of a deleted tenant is kept.
    add column trail_until timestamptz,
    add column trail_gone boolean not null default false,
    -- Limits of its own by name; what is not named is as the server's configuration says.
    add column quotas jsonb not null default '{}';
revoke delete, truncate on tenant from ${app};

-- INVARIANT (order of life): no way back from deleting, none out of the tenant that owns the installation, and whoever deletes
-- a tenant cannot make its trail go soon. Also for who reaches the database as the application.
create function tenant_lives() returns trigger language plpgsql as $$
begin
    if new.tenant <> old.tenant or new.revision < old.revision then
        raise exception 'expected the tenant % to keep its name and a revision that grows', old.tenant;
    end if;
    if new.state <> old.state and not (
            (old.state = 'active' and new.state = 'suspended' and old.tenant <> 'default')
            or (old.state = 'suspended' and new.state in ('active', 'deleting'))
            or (old.state = 'deleting' and new.state in ('suspended', 'deleted'))) then
        raise exception 'expected tenant % to go on from %, found %', old.tenant, old.state, new.state;
    end if;
    if new.state = 'deleted' and old.state <> 'deleted' then
        new.deleted_at := now();
        if new.trail_until is null or new.trail_until < now() + interval '30 days' then
            raise exception 'expected the trail of tenant % to be kept for 30 days at least', old.tenant;
        end if;
    elsif new.trail_until is distinct from old.trail_until or new.deleted_at is distinct from old.deleted_at then
        raise exception 'expected the end of the trail of tenant % to be set once', old.tenant;
    end if;
    return new;
end $$;
create trigger tenant_lives before update on tenant for each row execute function tenant_lives();
