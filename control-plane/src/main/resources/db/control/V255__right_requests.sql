-- Rights that apps on devices lack and ask people for.
create table right_request (
    tenant text not null default current_tenant() references tenant,
    id uuid not null,
    device text not null,
    app text not null,
    user_id int not null,
    instance int not null,
    permission text not null,
    reason text not null,
    asked_by text not null,
    asked_at timestamptz not null,
    last_asked_at timestamptz not null,
    times int not null default 1,
    state text not null default 'open' check (state in ('open', 'granted', 'declined')),
    note text,
    answered_by text,
    answered_at timestamptz,
    primary key (tenant, id),
    foreign key (tenant, device) references device (tenant, id) on delete cascade
);
call protect('right_request');
create unique index right_request_open on right_request (tenant, device, app, user_id, instance, permission)
    where state = 'open';
create index right_request_latest on right_request (tenant, last_asked_at desc, id);
