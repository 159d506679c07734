-- What brings devices from one image to another in fewer bytes; made by workers, found by devices in the image repository.
create table delta (
    tenant text not null default current_tenant() references tenant,
    output_sha256 text not null,
    base_sha256 text not null check (base_sha256 <> output_sha256),
    state text not null default 'waiting'
        check (state in ('waiting', 'making', 'done', 'declined', 'failed', 'cancelled')),
    -- That reported the base when somebody last looked; what more devices need is made first.
    devices integer not null default 0,
    asked_by text not null,
    asked_at timestamptz not null,
    started_at timestamptz,
    -- By the worker that makes it; one that falls silent loses it to another.
    touched_at timestamptz,
    ended_at timestamptz,
    segments integer not null default 0,
    segments_done integer not null default 0,
    cpu_millis bigint not null default 0,
    length bigint not null default 0,
    delta_sha256 text,
    segments_sha256 text,
    problem text not null default '',
    primary key (tenant, output_sha256, base_sha256),
    foreign key (tenant, output_sha256) references artifact,
    foreign key (tenant, base_sha256) references artifact
);
create index delta_open on delta (tenant, state) where state in ('waiting', 'making');
call protect('delta');

alter table artifact drop constraint artifact_kind_check;
alter table artifact add constraint artifact_kind_check
    check (kind in ('image', 'app', 'policy', 'policy-shadow', 'capabilities', 'settings', 'delta', 'segments'));
