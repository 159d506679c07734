-- Ids of the keys that signed a document: one of keys that were changed since is signed anew when the device asks.
alter table director_document add column keys text not null default '';
