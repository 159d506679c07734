-- What devices upload because a command asked for it. The bytes lie in files named by the id, apart from artifacts.
create table upload (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    command uuid not null,
    device text not null,
    length bigint not null check (length > 0),
    sha256 text not null,
    -- Bytes that are on disk; grows piece by piece.
    received bigint not null default 0,
    complete boolean not null default false,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (tenant, id),
    unique (tenant, command, device),
    foreign key (tenant, command, device) references command_device on delete cascade
);
call protect('upload');
create index upload_by_device on upload (tenant, device, created_at desc);
create index upload_by_age on upload (tenant, created_at);
