package dev.muster.control.trustrepo;

import dev.muster.control.tenancy.Question;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.trust.signing.Draft;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code trust_draft} and {@code manifest_refusal}. */
@Singleton
final class TrustDraftStore {
    /** Adds a draft of the server; the caller made sure that no other of its file is open. */
    void insert(Handle handle, TrustDraft draft) {
        insert(handle, draft, Set.of());
    }

    /** The same for a draft that these people stand behind. */
    void insert(Handle handle, TrustDraft draft, Set<String> people) {
        handle.createUpdate("""
                        insert into trust_draft
                            (id, change, repository, role, version, reason, body, state, created_at, created_by, people)
                        values (:id, :change, :repository, :role, :version, :reason, :body, :state, :at, :by, :people)""")
                .bind("id", draft.id())
                .bind("change", draft.change())
                .bind("repository", draft.draft().repository())
                .bind("role", draft.draft().role())
                .bind("version", draft.draft().version())
                .bind("reason", draft.reason())
                .bind("body", draft.draft().file())
                .bind("state", draft.state())
                .bind("at", utc(draft.createdAt()))
                .bind("by", draft.createdBy())
                .bindArray("people", String.class, people)
                .execute();
    }

    /** Who stands behind a change; empty where nobody was noted. */
    Set<String> people(Handle handle, UUID change) {
        return Set.copyOf(handle.createQuery("select distinct unnest(people) from trust_draft where change = :change")
                .bind("change", change)
                .mapTo(String.class)
                .list());
    }

    /** Keeps what was signed meanwhile, or more content. */
    void replaceBody(Handle handle, UUID id, Draft draft) {
        handle.createUpdate("update trust_draft set body = :body, version = :version where id = :id")
                .bind("body", draft.file())
                .bind("version", draft.version())
                .bind("id", id)
                .execute();
    }

    /** Ends every open or queued draft of a change as {@code state}. */
    void settle(Handle handle, UUID change, String state, Instant now) {
        handle.createUpdate("update trust_draft set state = :state, settled_at = :now "
                        + "where change = :change and state in ('open', 'queued')")
                .bind("state", state)
                .bind("now", utc(now))
                .bind("change", change)
                .execute();
    }

    Optional<TrustDraft> find(Handle handle, UUID id) {
        return handle.createQuery("select * from trust_draft where id = :id")
                .bind("id", id)
                .map((rs, context) -> draft(rs))
                .findOne();
    }

    /** The open draft of one file. */
    Optional<TrustDraft> open(Handle handle, String repository, String role) {
        return handle.createQuery("select * from trust_draft "
                        + "where repository = :repository and role = :role and state = 'open'")
                .bind("repository", repository)
                .bind("role", role)
                .map((rs, context) -> draft(rs))
                .findOne();
    }

    /** The draft that waits behind the open one of a file. */
    Optional<TrustDraft> queued(Handle handle, String repository, String role) {
        return handle.createQuery("select * from trust_draft "
                        + "where repository = :repository and role = :role and state = 'queued'")
                .bind("repository", repository)
                .bind("role", role)
                .map((rs, context) -> draft(rs))
                .findOne();
    }

    /** The turn of a queued draft has come. */
    void open(Handle handle, UUID id) {
        handle.createUpdate("update trust_draft set state = 'open' where id = :id and state = 'queued'")
                .bind("id", id)
                .execute();
    }

    /** Every draft that waits. */
    List<TrustDraft> allWaiting(Handle handle) {
        return handle.createQuery("select * from trust_draft where state in ('open', 'queued')")
                .map((rs, context) -> draft(rs))
                .list();
    }

    /** The open drafts of a change. */
    List<TrustDraft> ofChange(Handle handle, UUID change) {
        return handle.createQuery("select * from trust_draft where change = :change and state = 'open' "
                        + "order by repository, role")
                .bind("change", change)
                .map((rs, context) -> draft(rs))
                .list();
    }

    /** All open and queued drafts, and the newest settled ones up to {@code limit} in all. */
    List<TrustDraft> list(Handle handle, int limit) {
        return handle.createQuery("select * from trust_draft "
                        + "order by state = 'open' desc, state = 'queued' desc, created_at desc, repository, role "
                        + "limit :limit")
                .bind("limit", limit)
                .map((rs, context) -> draft(rs))
                .list();
    }

    /** Remembers the refusal; true if there was none before. Of an unknown device there is nothing to remember. */
    boolean refuseManifest(Handle handle, DeviceId device, String reason, Instant now) {
        return handle.createUpdate("""
                        insert into manifest_refusal (device, at, reason)
                        select id, :now, :reason from device where id = :device
                        on conflict (tenant, device) do nothing""")
                        .bind("device", device)
                        .bind("now", utc(now))
                        .bind("reason", reason)
                        .execute()
                > 0;
    }

    void acceptManifest(Handle handle, DeviceId device) {
        handle.createUpdate("delete from manifest_refusal where device = :device")
                .bind("device", device)
                .execute();
    }

    /** A row, if the device's last manifest was refused. */
    Question<String> refusedManifest(DeviceId device) {
        return new Question<>(
                "select device from manifest_refusal where device = ?",
                List.of(device.value()),
                rs -> rs.getString("device"));
    }

    private static TrustDraft draft(ResultSet rs) throws SQLException {
        OffsetDateTime settled = rs.getObject("settled_at", OffsetDateTime.class);
        return new TrustDraft(
                rs.getObject("id", UUID.class),
                rs.getObject("change", UUID.class),
                rs.getString("reason"),
                rs.getString("state"),
                Draft.parse(rs.getBytes("body")),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getString("created_by"),
                Optional.ofNullable(settled).map(OffsetDateTime::toInstant));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
