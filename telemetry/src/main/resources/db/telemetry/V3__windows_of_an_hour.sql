-- Windows of an hour, kept for years: one partition a month. As rollup_1m in everything else.
create table telemetry.rollup_1h (
    tenant       text        not null,
    device       text        not null,
    metric       text        not null,
    window_start timestamptz not null,
    n            bigint      not null,
    min          double precision not null,
    max          double precision not null,
    sum          double precision not null,
    last         double precision not null,
    primary key (tenant, device, metric, window_start)
) partition by range (window_start);

alter table telemetry.rollup_1h enable row level security;
alter table telemetry.rollup_1h force row level security;
create policy tenant_reads on telemetry.rollup_1h for select to muster_app
    using (tenant = nullif(current_setting('app.tenant', true), ''));
create policy ingest_writes on telemetry.rollup_1h to muster_ingest using (true) with check (true);
create policy owner_forgets on telemetry.rollup_1h to current_user
    using (tenant = nullif(current_setting('app.tenant', true), ''));
grant select on telemetry.rollup_1h to muster_app;
grant select, insert, update on telemetry.rollup_1h to muster_ingest;

-- The first day that a partition of `parent` covers where it covers `day`.
create function telemetry.partition_start(parent text, day date) returns date
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    select case when parent = 'rollup_1h' then date_trunc('month', day)::date else day end
$$;

create or replace function telemetry.ensure_day(parent text, day date) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    first date := telemetry.partition_start(parent, day);
    after date := case when parent = 'rollup_1h' then (first + interval '1 month')::date else first + 1 end;
    child text := parent || '_' || to_char(first, 'YYYYMMDD');
begin
    if parent not in ('sample', 'rollup_1m', 'rollup_1h') then
        raise exception 'expected sample, rollup_1m or rollup_1h, found %', parent;
    end if;
    if to_regclass(format('telemetry.%I', child)) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('telemetry.' || parent));
    if to_regclass(format('telemetry.%I', child)) is not null then
        return;
    end if;
    execute format('create table telemetry.%I partition of telemetry.%I for values from (%L) to (%L)', child, parent,
        first::timestamp at time zone 'UTC', after::timestamp at time zone 'UTC');
    if parent = 'sample' then
        execute format('grant insert on telemetry.%I to muster_ingest', child);
    end if;
end
$$;

create or replace function telemetry.drop_days_before(parent text, day date) returns integer
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    child   text;
    dropped integer := 0;
begin
    if parent not in ('sample', 'rollup_1m', 'rollup_1h') then
        raise exception 'expected sample, rollup_1m or rollup_1h, found %', parent;
    end if;
    if day > (now() at time zone 'UTC')::date then
        raise exception 'expected a day that has passed, found %', day;
    end if;
    for child in
        select c.relname from pg_inherits i
            join pg_class c on c.oid = i.inhrelid
            where i.inhparent = format('telemetry.%I', parent)::regclass
              and c.relname < parent || '_' || to_char(telemetry.partition_start(parent, day), 'YYYYMMDD')
            order by c.relname
    loop
        execute format('drop table telemetry.%I', child);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;

create or replace function telemetry.forget_tenant(most integer) returns bigint
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
    delete from telemetry.rollup_1h r using
        (select f.tableoid as part, f.ctid as place from telemetry.rollup_1h f where f.tenant = whose limit most) x
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

-- Hours of what was stored before there were any. The hour that runs while this is done is counted anew by streams and lies
-- here until it holds more: it may lack some minutes.
alter table telemetry.rollup_1m no force row level security;
alter table telemetry.rollup_1h no force row level security;
select telemetry.ensure_day('rollup_1h', month) from
    (select distinct date_trunc('month', window_start at time zone 'UTC')::date as month from telemetry.rollup_1m) m;
insert into telemetry.rollup_1h (tenant, device, metric, window_start, n, min, max, sum, last)
    select tenant, device, metric, date_trunc('hour', window_start, 'UTC'), sum(n), min(min), max(max), sum(sum),
        (array_agg(last order by window_start desc))[1]
    from telemetry.rollup_1m group by 1, 2, 3, 4;
alter table telemetry.rollup_1m force row level security;
alter table telemetry.rollup_1h force row level security;
