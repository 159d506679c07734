-- A device that rolled a target back has seen its newest document and is still not what that document says.
alter table device_summary add column settled boolean not null default true;
