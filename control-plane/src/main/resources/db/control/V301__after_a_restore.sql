-- That the database came out of a backup (ADR 80). What the server still has to do after it, and from when to when things may have
-- happened that no row tells of.
create table restored (
    tenant text not null default current_tenant() references tenant,
    at timestamptz not null,
    backup_at timestamptz not null,
    -- Above every version that a device can have seen: seconds since 1970, at the time of the restore.
    floor bigint not null,
    by_whom text not null check (length(by_whom) between 1 and 255),
    -- When a server had signed and told everything anew.
    done_at timestamptz,
    primary key (tenant, at)
);
call protect('restored');
revoke insert, update, truncate on restored from ${app};
grant update (done_at) on restored to ${app};
grant select on restored to ${jobs};
create policy jobs_read on restored for select to ${jobs} using (true);

-- Puts a database that was restored into a state in which the next server can serve devices that have seen newer things: the owner
-- calls it while no server runs. INVARIANT (never back): all that devices hold against older numbers is numbered above them.
-- Answers the floor.
create function after_restore(backup_made timestamptz, by_whom text) returns bigint language plpgsql
set search_path from current as $$
#variable_conflict use_column
declare
    one text;
    tenants text[];
    restored_at timestamptz := clock_timestamp();
    least_version bigint := floor(extract(epoch from clock_timestamp()));
    shift bigint;
    held bigint[];
    lowest bigint;
begin
    if backup_made > restored_at then
        raise exception 'expected a clock that is past the backup, made at %, found %: set the clock, versions follow it',
            backup_made, restored_at;
    end if;
    -- As in V121 the list of tenants is opened for one statement.
    alter table tenant no force row level security;
    select coalesce(array_agg(t.tenant order by t.tenant), '{}') into tenants from tenant t where t.state <> 'deleted';
    alter table tenant force row level security;

    foreach one in array tenants loop
        perform set_config('app.tenant', one, true);
        if exists (select 1 from device d where d.generation >= least_version) then
            raise exception 'expected generations of devices below %, found one that is not: set the clock, versions follow it',
                least_version;
        end if;
        -- Devices take no document of an older generation or version. No body: each is signed when its device asks.
        update device set generation = least_version, revision = greatest(revision, least_version);
        delete from director_document;
        insert into director_document (device, version, generation, targets, snapshot, timestamp, signed_at, expires_at)
            select d.id, least_version, -1, '', '', '', restored_at, restored_at from device d;

        -- A Kafka that was not lost holds higher revisions than the backup, and who reads them takes the highest.
        update tenant set revision = greatest(revision, least_version);
        update alert_rule set revision = greatest(revision, least_version);
        update alert_watched set revision = greatest(revision, least_version);

        -- Epochs of sessions are places in a topic of Kafka, which begins anew.
        update device_presence set online = false, epoch = -1, reason = 'server restored' where gateway <> 'ddi';
        update presence_history h set epoch = -1
         where h.id = (select max(x.id) from presence_history x where x.device = h.device);
        insert into presence_history (device, at, epoch, online, reason)
            select h.device, restored_at, -1, false, 'server restored' from presence_history h
             where h.online and h.id = (select max(x.id) from presence_history x where x.device = h.device);
        update sparkplug_node set online = false, epoch = -1;
        -- So do streams: what still holds fires anew.
        insert into alert_step (alert, at, what, note)
            select a.id, restored_at, 'resolved', 'server restored' from alert a where a.state <> 'resolved';
        update alert set state = 'resolved', resolved_at = restored_at where state <> 'resolved';

        -- Devices take no policy of an older version: those that are held get new numbers, in the same order.
        select array_agg(v.version), min(v.version) into held, lowest from (
            select version from device_policy
            union select version from device_shadow
            union select max(version) from policy_version where kind = 'live' having max(version) is not null) v;
        if lowest is not null then
            shift := least_version - lowest;
            insert into policy_version
                (version, kind, comment, documents, rollout, rolled_back_from, published_at, published_by)
                select p.version + shift, p.kind, 'version ' || p.version || ', numbered anew after a restore', p.documents,
                       p.rollout, p.version, restored_at, 'muster#operator'
                  from policy_version p where p.version = any(held);
            update rollout set policy_version = policy_version + shift
             where policy_version = any(held);
            update policy_urgent set absorbed_by = absorbed_by + shift where absorbed_by >= lowest;
            insert into policy_due (device, since)
                select device, restored_at from device_policy union select device, restored_at from device_shadow
                on conflict do nothing;
            update device_policy set version = version + shift;
            update device_shadow set version = version + shift;
            -- Until they are made anew devices are told nothing of them, and keep what they have.
            delete from desired_target t where t.name in ('policy', 'capabilities', 'policy-shadow')
                and exists (select 1 from policy_due p where p.device = t.device);
        end if;

        insert into restored (at, backup_at, floor, by_whom) values (restored_at, backup_made, least_version, by_whom);
        insert into audit (at, actor, actor_name, verb, object, detail, outcome)
            values (restored_at, 'muster#operator', by_whom, 'server.restore', 'server',
                    jsonb_build_object('backupMadeAt', backup_made, 'versionsFrom', least_version), 'done');
    end loop;

    -- Clients of DDI know actions by these numbers, of 32 bits: a leap that a thousand restores can make.
    perform setval('ddi_number', least((select n.last_value from ddi_number n) + 1000000, 2147483647));

    -- Where the sink went on in topics that are no more.
    if to_regclass('telemetry.sink_offset') is not null then
        execute 'delete from telemetry.sink_offset';
    end if;
    return least_version;
end $$;
revoke execute on function after_restore(timestamptz, text) from public;
