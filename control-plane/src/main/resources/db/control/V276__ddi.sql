-- hawkBit's clients (DDI v1). Nothing answers for a tenant before its row says so.
create table ddi_access (
    tenant text primary key default current_tenant() references tenant,
    enabled boolean not null default false,
    -- SHA-256 of the one token with which any controller id of the tenant comes in; null: none.
    gateway_token bytea,
    target_tokens boolean not null default false,
    -- What a trusted proxy has to say of the client's certificate; empty: this way is shut.
    authorities text[] not null default '{}',
    -- What becomes of a controller id that nobody knows.
    unknown text not null default 'create' check (unknown in ('create', 'serial', 'udid', 'refuse')),
    hardware text not null default 'ddi',
    site text,
    tags text[] not null default '{}',
    confirmation boolean not null default false,
    -- As hawkBit writes it: `00:05:00~10%, site==north -> 00:00:30`.
    polling text not null default '00:05:00',
    foreign key (tenant, site) references site (tenant, name) on delete set null (site)
);
call protect('ddi_access');

-- The marker of a device that speaks DDI: it has no certificate, and is never handed what needs TUF.
create table ddi_device (
    tenant text not null default current_tenant() references tenant,
    controller text not null check (length(controller) between 1 and 256),
    device text not null,
    -- SHA-256 of the token of this one device; null: none.
    target_token bytea,
    -- Of the desired state that actions were made for.
    generation bigint not null default 0,
    attributes_wanted boolean not null default true,
    auto_confirm boolean not null default false,
    auto_confirm_by text not null default '',
    auto_confirm_remark text not null default '',
    auto_confirm_at timestamptz,
    agent text not null default '',
    address text not null default '',
    -- The action that made what it runs; null: none of ours.
    installed integer,
    last_poll timestamptz,
    primary key (tenant, controller),
    unique (tenant, device),
    foreign key (tenant, device) references device (tenant, id) on delete cascade
);
call protect('ddi_device');

-- Clients keep ids of actions in 32 bits: a sequence of that width for all tenants, which ends rather than wraps.
create sequence ddi_number as integer;
grant usage on sequence ddi_number to ${app};

-- What a device is asked to do for one generation of its desired state.
create table ddi_action (
    tenant text not null default current_tenant() references tenant,
    id integer not null default nextval('ddi_number'),
    device text not null,
    generation bigint not null,
    source text not null,
    mode text not null check (mode in ('forced', 'soft', 'download-only')),
    in_window boolean not null,
    state text not null
        check (state in ('waiting', 'running', 'canceling', 'finished', 'downloaded', 'failed', 'canceled')),
    -- Grows with every offer that a client has to look at anew.
    marker integer not null default 0,
    entries integer not null default 0,
    -- Its digests are known, so that it can be offered.
    ready boolean not null default false,
    -- The window was shut when the device asked, and its rollout has heard so.
    held boolean not null default false,
    made_at timestamptz not null,
    retrieved_at timestamptz,
    ended_at timestamptz,
    primary key (tenant, id),
    foreign key (tenant, device) references device (tenant, id) on delete cascade
);
call protect('ddi_action');
create index ddi_action_of_device on ddi_action (tenant, device, id);
create index ddi_action_open on ddi_action (tenant, device, id) where ended_at is null;

create table ddi_target (
    tenant text not null default current_tenant() references tenant,
    -- What clients call the software module.
    id integer not null default nextval('ddi_number'),
    action integer not null,
    name text not null,
    title text not null,
    version text not null,
    sha256 text not null,
    length bigint not null,
    -- All bytes went out to the device.
    delivered boolean not null default false,
    primary key (tenant, id),
    foreign key (tenant, action) references ddi_action (tenant, id) on delete cascade
);
call protect('ddi_target');
create index ddi_target_of_action on ddi_target (tenant, action, name);

-- What devices said of actions: appended, never changed.
create table ddi_feedback (
    tenant text not null default current_tenant() references tenant,
    id bigint generated always as identity,
    action integer not null,
    at timestamptz not null,
    status text not null,
    code integer,
    messages text[] not null default '{}',
    primary key (tenant, id),
    foreign key (tenant, action) references ddi_action (tenant, id) on delete cascade
);
call protect('ddi_feedback');
revoke update, truncate on ddi_feedback from ${app};
create index ddi_feedback_of_action on ddi_feedback (tenant, action, id);

-- Digests that DDI names beside SHA-256, and what the bytes are called.
create table ddi_digest (
    tenant text not null default current_tenant() references tenant,
    sha256 text not null,
    sha1 text not null,
    md5 text not null,
    suffix text not null,
    primary key (tenant, sha256)
);
call protect('ddi_digest');
