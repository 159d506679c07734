-- An upload that comes while a draft of its file has signatures, or changes keys, waits behind it: nobody's signature is lost.
alter table trust_draft drop constraint trust_draft_state_check;
alter table trust_draft add constraint trust_draft_state_check
    check (state in ('open', 'queued', 'published', 'discarded'));
create unique index trust_draft_queued on trust_draft (tenant, repository, role) where state = 'queued';
