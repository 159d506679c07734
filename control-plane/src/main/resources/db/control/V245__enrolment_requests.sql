-- Devices that a person lets in: what they said of themselves, by the key that they proved to hold.
alter table enrolment_token add approval boolean not null default false;

create table enrolment_request (
    tenant text not null default current_tenant() references tenant,
    id text not null,
    -- SHA-256 of the public key: the request is this key's, and only who holds it gets the certificate.
    key_sha256 bytea not null,
    -- What let it ask, such as `token/<id>`; a token may be gone by now.
    source text not null,
    wished text not null,
    hardware text not null,
    serial text,
    facts jsonb not null,
    site text,
    tags text[] not null default '{}',
    address text not null,
    state text not null default 'waiting' check (state in ('waiting', 'approved', 'rejected')),
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    decided_at timestamptz,
    decided_by text,
    reason text not null default '',
    -- Once it came after it was approved.
    device text,
    primary key (tenant, id),
    unique (tenant, key_sha256),
    check ((state = 'waiting') = (decided_at is null))
);
call protect('enrolment_request');
create index enrolment_request_by_age on enrolment_request (tenant, asked_at, id);
