-- The one login for when the OpenID provider fails (ADR 34). The operator of the machine makes it, as the owner of the schema; the
-- server can use it up and end it, never make one.
create table break_glass (
    tenant text not null default current_tenant() references tenant,
    id text not null check (id ~ '^[0-9a-f]{16}$'),
    -- SHA-256 of the text, which is nowhere.
    hash bytea not null check (octet_length(hash) = 32),
    created_at timestamptz not null default now(),
    created_by text not null check (length(created_by) between 1 and 255),
    expires_at timestamptz not null,
    first_used_at timestamptz,
    uses bigint not null default 0,
    failures integer not null default 0,
    ended_at timestamptz,
    primary key (tenant, id)
);
call protect('break_glass');
create unique index break_glass_only_one on break_glass (tenant) where ended_at is null;
revoke insert, update, delete, truncate on break_glass from ${app};
grant update (first_used_at, uses, failures, ended_at) on break_glass to ${app};

-- The rows of the trail that these write are as loud as those of the server: one transaction with what they tell.
create function break_glass_audit(what text, which text, by_whom text, more jsonb) returns void language sql
set search_path from current as $$
    insert into audit (at, actor, actor_name, verb, object, detail, outcome)
    values (now(), 'muster#operator', by_whom, what, 'break-glass/' || which, more, 'done')
$$;

create function break_glass_revoke(by_whom text) returns text language plpgsql
set search_path from current as $$
declare
    gone text;
begin
    perform set_config('app.tenant', 'default', true);
    update break_glass set ended_at = now() where ended_at is null returning id into gone;
    if gone is not null then
        perform break_glass_audit('break-glass.revoke', gone, by_whom, '{}');
    end if;
    return gone;
end $$;

-- A new one ends the one before.
create function break_glass_create(new_id text, new_hash bytea, life interval, by_whom text) returns timestamptz
language plpgsql set search_path from current as $$
declare
    until timestamptz := now() + life;
begin
    if life < interval '1 minute' or life > interval '24 hours' then
        raise exception 'expected a life from 1 minute to 24 hours, found %', life;
    end if;
    perform break_glass_revoke(by_whom);
    insert into break_glass (id, hash, created_by, expires_at) values (new_id, new_hash, by_whom, until);
    perform break_glass_audit('break-glass.create', new_id, by_whom, jsonb_build_object('expiresAt', until));
    return until;
end $$;

create function break_glass_show() returns setof break_glass language plpgsql
set search_path from current as $$
begin
    perform set_config('app.tenant', 'default', true);
    return query select * from break_glass b order by b.created_at desc limit 20;
end $$;
revoke execute on function break_glass_audit, break_glass_revoke, break_glass_create, break_glass_show from public;
