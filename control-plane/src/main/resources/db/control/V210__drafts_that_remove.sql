-- A draft may also be made to take a target away that its publisher signed.
alter table trust_draft drop constraint trust_draft_reason_check;
alter table trust_draft add constraint trust_draft_reason_check
    check (reason in ('upload', 'rotate', 'delegate', 'revoke', 'renew', 'remove'));
