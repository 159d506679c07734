alter table rollout
    -- Devices that the selector means only later join its last wave.
    add column newcomers boolean not null default false,
    -- Devices switch in the window of their site.
    add column window_site boolean not null default false;
create index rollout_with_newcomers on rollout (tenant, id) where newcomers;

-- The maintenance window of a site: its own, or that of the nearest site above that has one; no row where none has.
create function site_window(wanted text) returns table (days text[], opens time, closes time)
    language sql stable parallel safe as $$
    with recursive up as (
        select s.parent, s.window_days, s.window_from, s.window_to, 0 as steps from site s where s.name = wanted
        union all
        select s.parent, s.window_days, s.window_from, s.window_to, up.steps + 1 from site s join up on s.name = up.parent
         where up.window_days is null and up.steps < 64)
    select window_days, window_from, window_to from up where window_days is not null order by steps limit 1
$$;
