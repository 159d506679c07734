-- Certificates whose owners a tenant knows as vendors of packages, beside those of the whole server.
create table vendor_root (
    tenant text not null default current_tenant() references tenant,
    sha256 text not null,
    subject text not null,
    not_before timestamptz not null,
    not_after timestamptz not null,
    der bytea not null,
    note text not null default '',
    added_at timestamptz not null,
    added_by text not null,
    primary key (tenant, sha256)
);
call protect('vendor_root');
