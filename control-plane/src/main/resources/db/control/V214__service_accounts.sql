-- Programs that act for themselves, and the tokens this server gives them.
create table service_account (
    tenant text not null default current_tenant() references tenant,
    name text not null,
    description text not null default '',
    created_at timestamptz not null,
    created_by text not null,
    created_by_name text not null,
    primary key (tenant, name)
);
call protect('service_account');

create table api_token (
    tenant text not null default current_tenant(),
    id text not null,
    account text not null,
    name text not null,
    -- SHA-256 of the text, which is nowhere.
    hash bytea not null,
    -- The most it may do; null: all that the account may.
    role text,
    selector text not null default '',
    created_at timestamptz not null,
    created_by text not null,
    created_by_name text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (tenant, id),
    foreign key (tenant, account) references service_account on delete cascade
);
call protect('api_token');
create index api_token_by_account on api_token (tenant, account, created_at desc);
