-- Which authority issued: the first one, until there are others. Says when the last certificate of a former one ends.
alter table device_certificate add authority text not null default '1';
create index device_certificate_by_authority on device_certificate (tenant, authority, not_after);
