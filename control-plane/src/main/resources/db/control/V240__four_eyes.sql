-- Which kinds of change a tenant lets nobody make alone; no row: none.
create table four_eyes_rule (
    tenant text primary key default current_tenant() references tenant,
    -- Names of kinds, such as `rollouts`.
    kinds text[] not null,
    revision bigint not null,
    changed_at timestamptz not null,
    changed_by text not null
);
call protect('four_eyes_rule');

-- Changes that wait for a second person.
create table four_eyes_request (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    kind text not null,
    -- What it is about; one request of a kind waits for each.
    subject text not null,
    summary text not null,
    change jsonb not null,
    state text not null default 'open' check (state in ('open', 'approved', 'rejected', 'withdrawn', 'expired')),
    asked_at timestamptz not null,
    asked_by text not null,
    -- Identities of whoever stands behind it: none of them can agree.
    people text[] not null,
    expires_at timestamptz not null,
    settled_at timestamptz,
    settled_by text,
    reason text not null default '',
    primary key (tenant, id)
);
call protect('four_eyes_request');
create unique index four_eyes_request_open on four_eyes_request (tenant, kind, subject) where state = 'open';
create index four_eyes_request_newest on four_eyes_request (tenant, asked_at desc, id);

-- Who stands behind a program: whoever made the account, and whoever made the token. Null: `created_by` alone.
alter table service_account add column people text[];
alter table api_token add column people text[];

-- Who stands behind a rollout, and behind the wish to go on in freezes. Null: as `created_by` and `override_asked_by` say.
alter table rollout
    add column people text[],
    add column override_people text[];

-- Who stands behind a change of keys. Null: as `created_by` says.
alter table trust_draft add column people text[];
