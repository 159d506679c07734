-- A gate that asks what a metric is on the devices that succeeded.
alter table rollout_wave
    -- Such as max(disk.used) < 0.9; empty: none.
    add column metric text not null default '',
    -- What they told when somebody looked last, and on how many of them.
    add column metric_value double precision,
    add column metric_devices integer not null default 0,
    add column metric_at timestamptz;
