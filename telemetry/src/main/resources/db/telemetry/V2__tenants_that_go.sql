-- What a deleted tenant leaves behind goes in steps, as the owner, in a transaction of that tenant. muster_app may not delete
-- here itself. Row-level security binds the owner too; it gets that one tenant's rows.
create policy owner_forgets on telemetry.sample to current_user
    using (tenant = nullif(current_setting('app.tenant', true), ''));
create policy owner_forgets on telemetry.rollup_1m to current_user
    using (tenant = nullif(current_setting('app.tenant', true), ''));
create policy owner_forgets on telemetry.latest to current_user
    using (tenant = nullif(current_setting('app.tenant', true), ''));

create function telemetry.forget_tenant(most integer) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    gone  bigint := 0;
    step  bigint;
    whose text := nullif(current_setting('app.tenant', true), '');
begin
    if not exists (select 1 from muster.tenant t where t.tenant = whose and t.state = 'deleting') then
        raise exception 'expected a tenant that is being deleted, found %', whose;
    end if;
    delete from telemetry.sample s using
        (select f.tableoid as part, f.ctid as place from telemetry.sample f where f.tenant = whose limit most) x
        where s.tenant = whose and s.tableoid = x.part and s.ctid = x.place;
    get diagnostics step = row_count;
    gone := gone + step;
    delete from telemetry.rollup_1m r using
        (select f.tableoid as part, f.ctid as place from telemetry.rollup_1m f where f.tenant = whose limit most) x
        where r.tenant = whose and r.tableoid = x.part and r.ctid = x.place;
    get diagnostics step = row_count;
    gone := gone + step;
    delete from telemetry.latest l where l.tenant = whose and l.ctid = any
        (array(select f.ctid from telemetry.latest f where f.tenant = whose limit most));
    get diagnostics step = row_count;
    gone := gone + step;
    delete from telemetry.device_mark m where m.tenant = whose and m.ctid = any
        (array(select f.ctid from telemetry.device_mark f where f.tenant = whose limit most));
    get diagnostics step = row_count;
    return gone + step;
end
$$;
revoke execute on function telemetry.forget_tenant(integer) from public;
grant execute on function telemetry.forget_tenant(integer) to muster_app;
