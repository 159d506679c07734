-- W3C Trace Context (`traceparent`) of the change that made a row what it is, where traces are on. Nothing is looked up by it.
alter table outbox add column trace text;
-- Of the change that raised the device's generation last.
alter table device add column trace text;
-- Of the request that started, or let go on, a rollout.
alter table rollout add column trace text;
-- The id of the trace alone: of the change that the report answers.
alter table reported_state add column trace text;
