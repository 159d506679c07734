package dev.muster.control.access;

import dev.muster.control.tenancy.Question;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code ended_session}: sessions at the provider whose access tokens are refused from then on. */
@Singleton
public final class EndedSessionStore {
    /**
     * One session that ended, or all of a person's until then.
     *
     * @param id of what told it; told once
     * @param sid null: every session of the subject
     * @param subject null: whoever's session it was
     */
    public record Ended(
            String issuer,
            String id,
            @Nullable String sid,
            @Nullable String subject,
            Instant at) {}

    /** Remembers it until {@code forget}, and forgets what is over at {@code now}; false if it was told before. */
    public boolean insert(Handle handle, Ended ended, Instant forget, Instant now) {
        handle.createUpdate("delete from ended_session where forget_at < :now")
                .bind("now", utc(now))
                .execute();
        return handle.createUpdate("""
                                insert into ended_session (issuer, jti, sid, subject, ended_at, forget_at)
                                values (:issuer, :jti, :sid, :subject, :at, :forget) on conflict do nothing""")
                        .bind("issuer", ended.issuer())
                        .bind("jti", ended.id())
                        .bind("sid", ended.sid())
                        .bind("subject", ended.subject())
                        .bind("at", utc(ended.at()))
                        .bind("forget", utc(forget))
                        .execute()
                == 1;
    }

    /**
     * Answers a row if the login has ended. A token that names no session ends with any session of its subject that ended after
     * it was issued: that it was another one cannot be known.
     */
    Question<Boolean> ended(LoginReader.Presented presented) {
        String sid = presented.session() == null ? "" : presented.session();
        return new Question<>(
                """
                select true from ended_session where issuer = ? and sid = ?
                union all
                select true from ended_session
                where issuer = ? and subject = ? and (sid is null or ? = '')
                  and date_trunc('second', ended_at) >= to_timestamp(?)
                limit 1""",
                List.of(
                        presented.login().issuer(),
                        sid,
                        presented.login().issuer(),
                        presented.login().subject(),
                        sid,
                        presented.issuedAt().getEpochSecond()),
                rows -> rows.getBoolean(1));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
