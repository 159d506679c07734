-- The one way in which rows of a trail go, in a transaction of the deleted tenant and after its time, by the database's own
-- clock. Runs as the owner, whom row-level security binds too; ${app} has no right to delete them itself.
create function forget_trail(most integer) returns bigint
    language plpgsql security definer set search_path = muster, pg_temp as $$
declare
    gone bigint := 0;
    step bigint;
begin
    if not exists (select 1 from tenant t
            where t.tenant = current_tenant() and t.state = 'deleted' and t.trail_until <= now()) then
        raise exception 'expected a deleted tenant whose trail has had its time, found %', current_tenant();
    end if;
    delete from audit_seal s where s.tenant = current_tenant() and s.position in
        (select f.position from audit_seal f where f.tenant = current_tenant() order by f.position limit most);
    get diagnostics step = row_count;
    gone := gone + step;
    delete from audit a where a.tenant = current_tenant() and a.id in
        (select f.id from audit f where f.tenant = current_tenant() order by f.id limit most);
    get diagnostics step = row_count;
    gone := gone + step;
    delete from audit_unsealed u where u.tenant = current_tenant();
    return gone;
end $$;
revoke execute on function forget_trail(integer) from public;
grant execute on function forget_trail(integer) to ${app};
