-- Sessions at the OpenID provider that ended before their access tokens (ADR 33). Of no tenant: a session is one person's at one
-- provider, and its token may be used in any tenant; hence no row-level security.
create table ended_session (
    issuer text not null,
    -- Id of the logout token: one is good once.
    jti text not null,
    sid text,
    subject text,
    ended_at timestamptz not null,
    -- No access token of that time can be good any more.
    forget_at timestamptz not null,
    primary key (issuer, jti),
    check (sid is not null or subject is not null)
);
revoke update, truncate on ended_session from ${app};
create index ended_session_by_sid on ended_session (issuer, sid) where sid is not null;
create index ended_session_by_subject on ended_session (issuer, subject) where subject is not null;
create index ended_session_by_end on ended_session (forget_at);
