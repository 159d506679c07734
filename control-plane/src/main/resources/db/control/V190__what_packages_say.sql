-- What was read from a package when it came, and who signed it. Never changed afterwards: the bytes do not change either.
alter table artifact add column details jsonb not null default '{}';
