-- Names of metrics are read by leaping from one to the next, not by looking at every device. None of its columns changes with a new value,
-- so that updates of `latest` stay within their page.
create index latest_names on telemetry.latest (tenant, metric, kind);
