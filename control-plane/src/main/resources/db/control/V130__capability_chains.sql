-- Blocks of capability chains that no longer count, for good. An id is the digest of what the block's signature covers;
-- the root of all chains of a capability has one too. Devices get them in their target `capabilities`.
create table revoked_block (
    tenant text not null default current_tenant() references tenant,
    capability text not null,
    id text not null check (id ~ '^[0-9a-f]{64}$'),
    reason text not null,
    since timestamptz not null,
    created_by text not null,
    primary key (tenant, capability, id)
);
call protect('revoked_block');
