-- Telemetry's tables. Runs as muster_owner; roles muster_app and muster_ingest exist.
--
-- muster_app   reads, and only its own tenant's rows (row-level security, setting app.tenant).
-- muster_ingest writes. COPY is refused on a table with row-level security, so raw samples are copied straight into
--              the day's partition: security of the parent holds for whoever reads through the parent, and muster_app
--              has no right on any partition.

grant usage on schema telemetry to muster_app, muster_ingest;

-- Partitioned by the gateway's clock, not the device's: a device that believes it is 2099 costs no partition, and what
-- arrives late is kept as long as everything else.
create table telemetry.sample (
    tenant      text        not null,
    device      text        not null,
    metric      text        not null,
    at          timestamptz not null,
    received_at timestamptz not null,
    kind        smallint    not null, -- 1 number, 2 whole number, 3 flag, 4 text, 5 bytes (base64 in txt)
    num         double precision,
    txt         text
) partition by range (received_at);
create index sample_series on telemetry.sample (tenant, device, metric, at);

create table telemetry.rollup_1m (
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

-- ordered_at = least(at, received_at): a clock that ran ahead must not hide every value after it was put right.
create table telemetry.latest (
    tenant      text        not null,
    device      text        not null,
    metric      text        not null,
    at          timestamptz not null,
    ordered_at  timestamptz not null,
    kind        smallint    not null,
    num         double precision,
    txt         text,
    primary key (tenant, device, metric)
);

-- Highest (boot, seq) stored per device, unsigned 64 bit each, in two's complement.
create table telemetry.device_mark (
    tenant text   not null,
    device text   not null,
    boot   bigint not null,
    seq    bigint not null,
    primary key (tenant, device)
);

-- Where the sink goes on. Moved in the same transaction as the rows, and only from the value the sink believes in.
create table telemetry.sink_offset (
    topic     text   not null,
    partition int    not null,
    next      bigint not null,
    primary key (topic, partition)
);

alter table telemetry.sample enable row level security;
alter table telemetry.sample force row level security;
alter table telemetry.rollup_1m enable row level security;
alter table telemetry.rollup_1m force row level security;
alter table telemetry.latest enable row level security;
alter table telemetry.latest force row level security;

create policy tenant_reads on telemetry.sample for select to muster_app
    using (tenant = nullif(current_setting('app.tenant', true), ''));
create policy tenant_reads on telemetry.rollup_1m for select to muster_app
    using (tenant = nullif(current_setting('app.tenant', true), ''));
create policy tenant_reads on telemetry.latest for select to muster_app
    using (tenant = nullif(current_setting('app.tenant', true), ''));
create policy ingest_writes on telemetry.rollup_1m to muster_ingest using (true) with check (true);
create policy ingest_writes on telemetry.latest to muster_ingest using (true) with check (true);

grant select on telemetry.sample, telemetry.rollup_1m, telemetry.latest to muster_app;
grant select, insert, update on telemetry.rollup_1m, telemetry.latest, telemetry.device_mark, telemetry.sink_offset
    to muster_ingest;

-- Partitions are made and dropped by the sink, which owns nothing: two functions with the owner's rights and no more
-- freedom than a day.
create function telemetry.ensure_day(parent text, day date) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    child text := parent || '_' || to_char(day, 'YYYYMMDD');
begin
    if parent not in ('sample', 'rollup_1m') then
        raise exception 'expected sample or rollup_1m, found %', parent;
    end if;
    if to_regclass(format('telemetry.%I', child)) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('telemetry.' || parent));
    if to_regclass(format('telemetry.%I', child)) is not null then
        return;
    end if;
    execute format('create table telemetry.%I partition of telemetry.%I for values from (%L) to (%L)', child, parent,
        day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
    if parent = 'sample' then
        execute format('grant insert on telemetry.%I to muster_ingest', child);
    end if;
end
$$;

create function telemetry.drop_days_before(parent text, day date) returns integer
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    child   text;
    dropped integer := 0;
begin
    if parent not in ('sample', 'rollup_1m') then
        raise exception 'expected sample or rollup_1m, found %', parent;
    end if;
    if day > (now() at time zone 'UTC')::date then
        raise exception 'expected a day that has passed, found %', day;
    end if;
    for child in
        select c.relname from pg_inherits i
            join pg_class c on c.oid = i.inhrelid
            where i.inhparent = format('telemetry.%I', parent)::regclass
              and c.relname < parent || '_' || to_char(day, 'YYYYMMDD')
            order by c.relname
    loop
        execute format('drop table telemetry.%I', child);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;

revoke execute on function telemetry.ensure_day(text, date), telemetry.drop_days_before(text, date) from public;
grant execute on function telemetry.ensure_day(text, date), telemetry.drop_days_before(text, date) to muster_ingest;
