-- Makers of devices whose certificates let devices in, per tenant.
create table factory_anchor (
    tenant text not null default current_tenant() references tenant,
    name text not null,
    certificate text not null,
    sha256 bytea not null,
    -- Where the serial number of a device stands in its certificate.
    serial_from text not null check (serial_from in ('cn', 'serial-number', 'san-dns', 'san-uri')),
    site text,
    tags text[] not null default '{}',
    approval boolean not null,
    created_at timestamptz not null,
    created_by text not null,
    primary key (tenant, name),
    unique (tenant, sha256),
    foreign key (tenant, site) references site (tenant, name)
);
call protect('factory_anchor');

-- Certificates of a maker that let nobody in, by serial number in hex.
create table factory_revocation (
    tenant text not null default current_tenant(),
    anchor text not null,
    serial text not null,
    revoked_at timestamptz not null,
    revoked_by text not null,
    primary key (tenant, anchor, serial),
    foreign key (tenant, anchor) references factory_anchor on delete cascade
);
call protect('factory_revocation');

-- A factory key lets one device in, for one key of its own. Outlives its anchor: what was used stays used.
create table factory_use (
    tenant text not null default current_tenant() references tenant,
    factory_key_sha256 bytea not null,
    anchor text not null,
    serial text not null,
    key_sha256 bytea not null,
    device text,
    used_at timestamptz not null,
    primary key (tenant, factory_key_sha256)
);
call protect('factory_use');
create index factory_use_by_device on factory_use (tenant, device) where device is not null;
