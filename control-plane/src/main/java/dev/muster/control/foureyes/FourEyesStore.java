package dev.muster.control.foureyes;

import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code four_eyes_rule} and {@code four_eyes_request}. */
@Singleton
final class FourEyesStore {
    private static final String RULE =
            "select r.*, name_of_actor(r.changed_by, r.changed_at) as changed_by_name from four_eyes_rule r";
    private static final String REQUEST =
            "select r.*, r.state = 'open' and r.expires_at <= :now as late, name_of_actor(r.asked_by, r.asked_at) as asked_by_name, "
                    + "name_of_actor(r.settled_by, r.settled_at) as settled_by_name from four_eyes_request r";

    /** A request with the identities of whoever stands behind it. */
    record Stored(FourEyesRequest request, Set<String> people) {
        Stored {
            people = Set.copyOf(people);
        }
    }

    FourEyesRule rule(Handle handle) {
        return handle.createQuery(RULE)
                .map((rs, context) -> readRule(rs))
                .findOne()
                .orElse(FourEyesRule.NONE);
    }

    /** The rule, which nobody else changes until the transaction ends. */
    FourEyesRule lockRule(Handle handle) {
        handle.createQuery(
                        "select 1 from pg_advisory_xact_lock(hashtext('muster.four-eyes'), hashtext(current_tenant()))")
                .mapTo(Integer.class)
                .one();
        return rule(handle);
    }

    /** Writes the kinds; the revision grows. */
    void putRule(Handle handle, Collection<Critical> kinds, String by, Instant now) {
        handle.createUpdate("""
                        insert into four_eyes_rule (kinds, revision, changed_at, changed_by) values (:kinds, 1, :now, :by)
                        on conflict (tenant) do update
                           set kinds = excluded.kinds, revision = four_eyes_rule.revision + 1,
                               changed_at = excluded.changed_at, changed_by = excluded.changed_by""")
                .bind("kinds", FourEyesRule.texts(kinds).toArray(String[]::new))
                .bind("now", utc(now))
                .bind("by", by)
                .execute();
    }

    /** Marks what nobody settled in time. */
    void expire(Handle handle, Instant now) {
        handle.createUpdate("update four_eyes_request set state = 'expired', settled_at = expires_at "
                        + "where state = 'open' and expires_at <= :now")
                .bind("now", utc(now))
                .execute();
    }

    /** Adds a request; false if one of this kind waits for the subject already. */
    boolean insert(Handle handle, Stored stored) {
        FourEyesRequest request = stored.request();
        return handle.createUpdate("""
                                insert into four_eyes_request
                                    (id, kind, subject, summary, change, asked_at, asked_by, people, expires_at)
                                values (:id, :kind, :subject, :summary, cast(:change as jsonb), :at, :by, :people, :expires)
                                on conflict (tenant, kind, subject) where state = 'open' do nothing""")
                        .bind("id", request.id())
                        .bind("kind", request.kind())
                        .bind("subject", request.subject())
                        .bind("summary", request.summary())
                        .bind("change", new String(JsonObject.write(request.change()), StandardCharsets.UTF_8))
                        .bind("at", utc(request.askedAt()))
                        .bind("by", request.askedBy())
                        .bind("people", stored.people().toArray(String[]::new))
                        .bind("expires", utc(request.expiresAt()))
                        .execute()
                == 1;
    }

    /** The request, which nobody else settles until the transaction ends. */
    Optional<Stored> lock(Handle handle, UUID id, Instant now) {
        return handle.createQuery(REQUEST + " where r.id = :id for update")
                .bind("id", id)
                .bind("now", utc(now))
                .map((rs, context) -> readRequest(rs))
                .findOne();
    }

    Optional<FourEyesRequest> find(Handle handle, UUID id, Instant now) {
        return handle.createQuery(REQUEST + " where r.id = :id")
                .bind("id", id)
                .bind("now", utc(now))
                .map((rs, context) -> readRequest(rs).request())
                .findOne();
    }

    /** The one of a kind that waits for the subject. */
    Optional<FourEyesRequest> open(Handle handle, String kind, String subject, Instant now) {
        return handle.createQuery(REQUEST
                        + " where r.kind = :kind and r.subject = :subject and r.state = 'open' and r.expires_at > :now")
                .bind("kind", kind)
                .bind("subject", subject)
                .bind("now", utc(now))
                .map((rs, context) -> readRequest(rs).request())
                .findOne();
    }

    int countOpen(Handle handle) {
        return handle.createQuery("select count(*) from four_eyes_request where state = 'open'")
                .mapTo(Integer.class)
                .one();
    }

    /** What waits first, then the newest. */
    List<FourEyesRequest> list(Handle handle, Instant now, long skip, int limit) {
        return handle.createQuery(
                        REQUEST + " order by r.state = 'open' and r.expires_at > :now desc, r.asked_at desc, r.id"
                                + " limit :limit offset :skip")
                .bind("now", utc(now))
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> readRequest(rs).request())
                .list();
    }

    void settle(Handle handle, UUID id, String state, String by, String reason, Instant now) {
        handle.createUpdate("update four_eyes_request set state = :state, settled_at = :now, settled_by = :by, "
                        + "reason = :reason where id = :id")
                .bind("id", id)
                .bind("state", state)
                .bind("now", utc(now))
                .bind("by", by)
                .bind("reason", reason)
                .execute();
    }

    private static FourEyesRule readRule(ResultSet rs) throws SQLException {
        Set<Critical> kinds = Arrays.stream(texts(rs, "kinds"))
                .map(text -> Critical.parse(text)
                        .orElseThrow(
                                () -> new IllegalStateException("expected a kind of change, found `" + text + "`")))
                .collect(Collectors.toSet());
        return new FourEyesRule(
                kinds,
                rs.getLong("revision"),
                instant(rs, "changed_at"),
                rs.getString("changed_by"),
                rs.getString("changed_by_name"));
    }

    private static Stored readRequest(ResultSet rs) throws SQLException {
        Instant expires = rs.getObject("expires_at", OffsetDateTime.class).toInstant();
        boolean late = rs.getBoolean("late");
        FourEyesRequest request = new FourEyesRequest(
                rs.getObject("id", UUID.class),
                rs.getString("kind"),
                rs.getString("subject"),
                rs.getString("summary"),
                JsonObject.parse(rs.getString("change").getBytes(StandardCharsets.UTF_8))
                        .members(),
                late ? "expired" : rs.getString("state"),
                rs.getObject("asked_at", OffsetDateTime.class).toInstant(),
                rs.getString("asked_by"),
                rs.getString("asked_by_name"),
                expires,
                late ? expires : instant(rs, "settled_at"),
                rs.getString("settled_by"),
                rs.getString("settled_by_name"),
                rs.getString("reason"));
        return new Stored(request, Set.of(texts(rs, "people")));
    }

    private static String[] texts(ResultSet rs, String column) throws SQLException {
        return (String[]) rs.getArray(column).getArray();
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
