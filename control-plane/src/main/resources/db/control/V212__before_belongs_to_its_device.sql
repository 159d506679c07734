-- What a device held before a rollout belongs to the device's row in it: one check for each row instead of two, and it goes
-- with that row.
alter table rollout_before
    drop constraint rollout_before_tenant_rollout_fkey,
    drop constraint rollout_before_tenant_device_fkey,
    add foreign key (tenant, rollout, device) references rollout_device on delete cascade;
