-- Levels that devices found by probing, where their traits do not predict them: once per distinct set, as profiles are.
create table policy_levels (
    tenant text not null default current_tenant() references tenant,
    digest text not null,
    levels jsonb not null,
    primary key (tenant, digest)
);
call protect('policy_levels');

-- Empty: none. Null: not looked at yet; the manifest is read once more.
alter table device_inventory add column levels text;
