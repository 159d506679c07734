-- Every audit row gets a seal: its place in the tenant's chain, in the order of sealing, and a hash over the row, the place and
-- the seal before (ADR 30). Apart from the row, so that a row that is gone leaves its seal behind.
create table audit_seal (
    tenant text not null default current_tenant() references tenant,
    position bigint not null check (position > 0),
    audit_id bigint not null,
    sealed_at timestamptz not null,
    row_hash bytea not null check (octet_length(row_hash) = 32),
    previous_hash bytea not null check (octet_length(previous_hash) = 32),
    hash bytea not null check (octet_length(hash) = 32),
    primary key (tenant, position),
    unique (tenant, audit_id)
);
call protect('audit_seal');
revoke update, delete, truncate on audit_seal from ${app};

-- A seal follows the last one, or there is none: no place twice, none left out, whoever seals.
create function audit_seal_follows() returns trigger language plpgsql as $$
declare
    last_position bigint;
    last_hash bytea;
begin
    select s.position, s.hash into last_position, last_hash
    from audit_seal s where s.tenant = new.tenant order by s.position desc limit 1;
    if new.position <> coalesce(last_position, 0) + 1
            or new.previous_hash <> coalesce(last_hash, decode(repeat('00', 32), 'hex')) then
        raise exception 'expected a seal that follows position %, found position %', coalesce(last_position, 0), new.position;
    end if;
    return new;
end $$;
create trigger audit_seal_follows before insert on audit_seal for each row execute function audit_seal_follows();

-- What waits for its seal. Filled by every insert, whoever makes it; a row of a transaction that commits late appears late.
create table audit_unsealed (
    tenant text not null default current_tenant() references tenant,
    audit_id bigint not null,
    primary key (tenant, audit_id)
);
alter table audit no force row level security;
insert into audit_unsealed (tenant, audit_id) select tenant, id from audit;
alter table audit force row level security;
call protect('audit_unsealed');
revoke update, truncate on audit_unsealed from ${app};
-- One look tells the sealer which tenants have something to seal.
grant select (tenant) on audit_unsealed to ${jobs};
create policy jobs_read on audit_unsealed for select to ${jobs} using (true);

create function audit_waits() returns trigger language plpgsql as $$
begin
    insert into audit_unsealed (tenant, audit_id) values (new.tenant, new.id);
    return null;
end $$;
create trigger audit_waits after insert on audit for each row execute function audit_waits();

-- Were meant for this and never filled.
alter table audit drop column sealed_seq, drop column previous_hash, drop column hash;

create index audit_by_verb on audit (tenant, verb, id);
create index audit_by_time on audit (tenant, at, id);
