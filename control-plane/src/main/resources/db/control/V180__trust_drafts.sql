-- Metadata on its way to enough signatures: made here, signed away from the server, published when all of its change is.
create table trust_draft (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    -- Drafts of one change are published together, or not at all.
    change uuid not null,
    repository text not null check (repository in ('images', 'director')),
    role text not null,
    version bigint not null,
    reason text not null check (reason in ('upload', 'rotate', 'delegate', 'revoke', 'renew')),
    body bytea not null,
    state text not null default 'open' check (state in ('open', 'published', 'discarded')),
    created_at timestamptz not null,
    created_by text not null,
    settled_at timestamptz,
    primary key (tenant, id)
);
call protect('trust_draft');
-- Two drafts of one file could never both be published.
create unique index trust_draft_open on trust_draft (tenant, repository, role) where state = 'open';
create index trust_draft_by_time on trust_draft (tenant, created_at desc, id);

-- Devices whose last version manifest was refused: nothing new is signed for them until one is accepted.
create table manifest_refusal (
    tenant text not null default current_tenant(),
    device text not null,
    at timestamptz not null,
    reason text not null,
    primary key (tenant, device),
    foreign key (tenant, device) references device on delete cascade
);
call protect('manifest_refusal');
