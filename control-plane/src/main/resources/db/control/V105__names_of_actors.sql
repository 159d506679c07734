-- Who did something is (issuer, subject); what people read is the name of that day, which the audit row of the same
-- transaction holds. `since`: when it was done, so that a later change of the name does not rewrite history.
create function name_of_actor(who text, since timestamptz) returns text
    language sql stable
    return coalesce(
        (select a.actor_name from audit a
         where a.tenant = current_tenant() and a.actor = who and a.at >= since
         order by a.at, a.id limit 1),
        who);

create index audit_by_actor on audit (tenant, actor, at, id);
