-- Whom to tell of what happens: programs of the tenant, over signed webhooks (ADR 38).
create table webhook (
    tenant text not null default current_tenant() references tenant,
    name text not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    url text not null,
    -- Such as `rollout.started` or `device.*`; empty: all.
    types text[] not null default '{}',
    -- RSQL; events of devices are told of these alone; empty: every device.
    selector text not null default '',
    -- What it is signed with; shown once. Whoever receives needs the same bytes, so a hash would not do.
    secret text not null,
    -- Signs as well until then, so that who receives can change over.
    previous_secret text,
    previous_until timestamptz,
    enabled boolean not null default true,
    -- Set where the server turned it off.
    disabled_at timestamptz,
    -- Since when nothing was taken, failures in a row, and when it is tried again; cleared by the first that is taken.
    failing_since timestamptz,
    failures integer not null default 0,
    resume_at timestamptz,
    -- What came of the last failure, or why the server turned it off.
    said text not null default '',
    revision bigint not null default 1,
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (tenant, name),
    check ((previous_secret is null) = (previous_until is null))
);
call protect('webhook');
-- One look tells the workers which tenants have webhooks.
grant select (tenant) on webhook to ${jobs};
create policy jobs_read on webhook for select to ${jobs} using (true);

-- What happened, as it is told. Kept while the tenant has a webhook; `seq` is the order of the transactions of one subject, because
-- these hold its row.
create table webhook_event (
    tenant text not null default current_tenant() references tenant,
    seq bigint generated always as identity,
    -- Of the CloudEvent: the same however often and to whomever it is told.
    id uuid not null default gen_random_uuid(),
    type text not null,
    subject text not null,
    -- The device it is about; null: none.
    device text,
    at timestamptz not null default now(),
    -- Not jsonb: members keep their order.
    data json not null,
    -- Whether webhooks were looked through.
    handed_out boolean not null default false,
    primary key (tenant, seq),
    unique (tenant, id)
);
call protect('webhook_event');
create index webhook_event_new on webhook_event (tenant, seq) where not handed_out;
create index webhook_event_by_time on webhook_event (tenant, at);

create table webhook_delivery (
    tenant text not null default current_tenant(),
    id bigint generated always as identity,
    webhook text not null,
    event bigint not null,
    subject text not null,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'parked')),
    -- Whether somebody asked for it again.
    replay boolean not null default false,
    attempts integer not null default 0,
    queued_at timestamptz not null,
    next_at timestamptz not null,
    settled_at timestamptz,
    -- Of the last attempt.
    said text not null default '',
    primary key (tenant, id),
    foreign key (tenant, webhook) references webhook on delete cascade,
    foreign key (tenant, event) references webhook_event on delete cascade
);
call protect('webhook_delivery');
create index webhook_delivery_due on webhook_delivery (tenant, webhook, id) where state = 'waiting';
create index webhook_delivery_in_order on webhook_delivery (tenant, webhook, subject, id) where state = 'waiting';
create index webhook_delivery_newest on webhook_delivery (tenant, webhook, id desc);
create index webhook_delivery_of_event on webhook_delivery (tenant, event);

-- Functions have the schema of their own, whatever whoever writes the state has set.
-- INVARIANT (told as it happened): an event is a row of the transaction that made it happen, whoever wrote the state.
create function webhook_happened(of_tenant text, type text, subject text, device text, data json) returns void language sql as $$
    insert into webhook_event (tenant, type, subject, device, data)
    select of_tenant, 'dev.muster.' || type, subject, device, json_strip_nulls(data)
     where exists (select 1 from webhook w where w.tenant = of_tenant)
$$;

create function webhook_time(moment timestamptz) returns text language sql stable as $$
    select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

create function webhook_device() returns trigger language plpgsql set search_path from current as $$
begin
    if new.enrolled_at is not null and (tg_op = 'INSERT' or new.enrolled_at is distinct from old.enrolled_at) then
        perform webhook_happened(new.tenant, 'device.enrolled', 'device/' || new.id, new.id, json_build_object(
            'device', new.id, 'name', new.name, 'site', new.site, 'hardware', new.hardware, 'serial', new.serial,
            'type', new.type));
    end if;
    if tg_op = 'UPDATE' and new.status <> old.status then
        perform webhook_happened(new.tenant, 'device.state-changed', 'device/' || new.id, new.id, json_build_object(
            'device', new.id, 'name', new.name, 'site', new.site, 'from', old.status, 'to', new.status));
    end if;
    return null;
end $$;
create trigger webhook_device_comes after insert on device for each row execute function webhook_device();
create trigger webhook_device_changes after update of status, enrolled_at on device for each row
    when (old.status <> new.status or old.enrolled_at is distinct from new.enrolled_at) execute function webhook_device();

-- That one device stands in for another is said by no row of state.
create function webhook_replaced() returns trigger language plpgsql set search_path from current as $$
declare
    device text := substr(new.object, length('device/') + 1);
begin
    perform webhook_happened(new.tenant, 'device.replaced', new.object, device, json_build_object(
        'device', device, 'by', new.detail ->> 'by', 'serial', new.detail ->> 'serial'));
    return null;
end $$;
create trigger webhook_replaced after insert on audit for each row
    when (new.verb = 'device.replace' and new.detail ->> 'by' is not null) execute function webhook_replaced();

create function webhook_settled(targets jsonb) returns boolean language sql immutable as $$
    select not exists (
        select 1 from jsonb_array_elements(targets -> 'targets') t where t ->> 'state' not in ('committed', 'absent'))
$$;

create function webhook_reported() returns trigger language plpgsql set search_path from current as $$
declare
    before jsonb := case when tg_op = 'UPDATE' then old.targets end;
    held bigint := case when tg_op = 'UPDATE' then old.generation else 0 end;
    about record;
    failed jsonb;
begin
    if not exists (select 1 from webhook w where w.tenant = new.tenant) then
        return null;
    end if;
    select d.generation, d.name, d.site into about from device d where d.tenant = new.tenant and d.id = new.device;
    if new.generation > 0 and new.generation >= about.generation and webhook_settled(new.targets)
            and not (held = new.generation and before is not null and webhook_settled(before)) then
        perform webhook_happened(new.tenant, 'device.converged', 'device/' || new.device, new.device, json_build_object(
            'device', new.device, 'name', about.name, 'site', about.site, 'generation', new.generation));
    end if;
    for failed in
        select t from jsonb_array_elements(new.targets -> 'targets') t
         where t ->> 'state' in ('failed', 'rolled-back') and not exists (
               select 1 from jsonb_array_elements(before -> 'targets') b
                where b ->> 'name' = t ->> 'name' and b ->> 'state' = t ->> 'state' and b ->> 'since' = t ->> 'since'
                  and b ->> 'version' = t ->> 'version')
    loop
        perform webhook_happened(new.tenant, 'device.failed', 'device/' || new.device, new.device, json_build_object(
            'device', new.device, 'name', about.name, 'site', about.site, 'generation', new.generation,
            'target', failed ->> 'name', 'version', nullif(failed ->> 'version', ''), 'state', failed ->> 'state',
            'reason', nullif(failed ->> 'reason', ''), 'message', nullif(failed ->> 'message', ''),
            'since', failed ->> 'since'));
    end loop;
    return null;
end $$;
create trigger webhook_first_report after insert on reported_state for each row execute function webhook_reported();
create trigger webhook_report after update of generation, targets on reported_state for each row
    when (old.generation <> new.generation or old.targets is distinct from new.targets) execute function webhook_reported();

create function webhook_rollout() returns trigger language plpgsql set search_path from current as $$
declare
    what text := case
        when new.state = 'running' and (tg_op = 'INSERT' or old.state = 'ready') then 'started'
        when new.state = 'running' then 'resumed'
        when new.state in ('paused', 'completed', 'aborted', 'superseded') then new.state end;
begin
    if what is not null then
        perform webhook_happened(new.tenant, 'rollout.' || what, 'rollout/' || new.id, null, json_build_object(
            'rollout', new.id, 'name', new.name, 'kind', new.kind, 'release', new.release,
            'policyVersion', new.policy_version, 'settingsVersion', new.settings_version, 'selector', new.selector,
            'reason', nullif(new.reason, ''), 'gate', case when new.state = 'paused' then new.gate end,
            'supersededBy', new.superseded_by));
    end if;
    return null;
end $$;
create trigger webhook_rollout_comes after insert on rollout for each row execute function webhook_rollout();
create trigger webhook_rollout_changes after update of state on rollout for each row
    when (old.state <> new.state) execute function webhook_rollout();

create function webhook_wave() returns trigger language plpgsql set search_path from current as $$
declare
    named text;
begin
    select r.name into named from rollout r where r.tenant = new.tenant and r.id = new.rollout;
    perform webhook_happened(new.tenant, 'rollout.wave-passed', 'rollout/' || new.rollout, null, json_build_object(
        'rollout', new.rollout, 'name', named, 'wave', new.index, 'waveName', new.name, 'devices', new.size,
        'succeeded', new.succeeded, 'failed', new.failed, 'unreached', new.unreached));
    return null;
end $$;
create trigger webhook_wave_passes after update of state on rollout_wave for each row
    when (old.state <> new.state and new.state = 'passed') execute function webhook_wave();

create function webhook_policy() returns trigger language plpgsql set search_path from current as $$
begin
    perform webhook_happened(new.tenant, 'policy.published', 'policy', null, json_build_object(
        'version', new.version, 'comment', nullif(new.comment, ''), 'rolledBackFrom', new.rolled_back_from));
    return null;
end $$;
create trigger webhook_policy_published after insert on policy_version for each row
    when (new.kind = 'live') execute function webhook_policy();

create function webhook_release() returns trigger language plpgsql set search_path from current as $$
begin
    perform webhook_happened(new.tenant, 'release.published', 'release/' || new.id, null, json_build_object(
        'release', new.id, 'name', new.name, 'version', new.version));
    return null;
end $$;
create trigger webhook_release_published after insert on release for each row execute function webhook_release();

create function webhook_alert() returns trigger language plpgsql set search_path from current as $$
begin
    perform webhook_happened(
        new.tenant, case when new.state = 'firing' then 'alert.fired' else 'alert.ended' end, 'alert/' || new.id, new.device,
        json_build_object(
            'alert', new.id, 'rule', new.rule, 'device', new.device, 'site', nullif(new.site, ''),
            'severity', new.severity, 'labels', new.labels, 'summary', new.summary, 'since', webhook_time(new.since),
            'value', new.value, 'endedAt', webhook_time(new.resolved_at)));
    return null;
end $$;
create trigger webhook_alert_changes after update of state on alert for each row
    when (old.state <> new.state and new.state in ('firing', 'resolved')) execute function webhook_alert();

create function webhook_freeze() returns trigger language plpgsql set search_path from current as $$
begin
    if tg_op = 'DELETE' then
        perform webhook_happened(old.tenant, 'freeze.lifted', 'freeze/' || old.name, null, json_build_object(
            'freeze', old.name, 'from', webhook_time(old.from_at), 'to', webhook_time(old.to_at),
            'selector', old.selector, 'reason', nullif(old.reason, '')));
    else
        perform webhook_happened(new.tenant, 'freeze.set', 'freeze/' || new.name, null, json_build_object(
            'freeze', new.name, 'from', webhook_time(new.from_at), 'to', webhook_time(new.to_at),
            'selector', new.selector, 'reason', nullif(new.reason, '')));
    end if;
    return null;
end $$;
create trigger webhook_freeze_changes after insert or update or delete on rollout_freeze for each row
    execute function webhook_freeze();
