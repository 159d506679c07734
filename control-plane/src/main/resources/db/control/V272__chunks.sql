-- The chunks of a delta's output, for devices that run something else than its base.
alter table delta add column chunks_sha256 text, add column store_sha256 text;
