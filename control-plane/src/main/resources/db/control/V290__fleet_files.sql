-- Under which label the things of a fleet were applied from files: what goes when its file goes (ADR 76).
create table managed_object (
    tenant text not null default current_tenant() references tenant,
    kind text not null,
    name text not null,
    label text not null check (length(label) between 1 and 63),
    primary key (tenant, kind, name)
);
call protect('managed_object');
create index managed_object_label on managed_object (tenant, label);
