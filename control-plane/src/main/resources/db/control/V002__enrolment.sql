create table enrolment_token (
    tenant text not null default current_tenant() references tenant,
    id text not null,
    name text not null,
    -- SHA-256 of the whole token; the token itself is shown once and never stored.
    hash bytea not null,
    uses integer not null check (uses > 0),
    used integer not null default 0,
    expires_at timestamptz not null,
    site text,
    tags text[] not null default '{}',
    created_at timestamptz not null,
    created_by text not null,
    primary key (tenant, id),
    foreign key (tenant, site) references site (tenant, name),
    check (used <= uses)
);
call protect('enrolment_token');

create table device_certificate (
    tenant text not null default current_tenant() references tenant,
    serial text not null,
    device text not null,
    key_sha256 bytea not null,
    token text,
    not_after timestamptz not null,
    issued_at timestamptz not null,
    revoked_at timestamptz,
    primary key (tenant, serial),
    foreign key (tenant, device) references device (tenant, id)
);
call protect('device_certificate');
create index device_certificate_by_device on device_certificate (tenant, device);
create index device_certificate_by_token on device_certificate (tenant, token, key_sha256) where token is not null;
