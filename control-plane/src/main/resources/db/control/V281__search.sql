-- What the search of the console looks through: in lower case, and as bytes, so that a beginning is a range of a B-tree. Columns
-- and not indexes of expressions: row level security lets no function of an expression run before it has looked at the tenant.
alter table device
    add column find_id text collate "C" generated always as (lower(id)) stored,
    add column find_name text collate "C" generated always as (lower(name)) stored,
    add column find_serial text collate "C" generated always as (lower(serial)) stored;
create index device_find_id on device (tenant, find_id);
create index device_find_name on device (tenant, find_name);
create index device_find_serial on device (tenant, find_serial) where find_serial is not null;
alter table device_tag add column find_tag text collate "C" generated always as (lower(tag)) stored;
create index device_tag_find on device_tag (tenant, find_tag, device);
