package dev.muster.control.permissions;

import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code policy_document} and {@code policy_version}. */
@Singleton
final class PolicyStore {
    /** Between two documents of a version. */
    static final String SEPARATOR = "\n---\n";

    private static final String DOCUMENT =
            "select *, name_of_actor(updated_by, updated_at) as updated_by_name from policy_document";

    private static final String VERSION = """
            select version, kind, comment, published_at, published_by, rollout, rolled_back_from,
                   name_of_actor(published_by, published_at) as published_by_name,
                   coalesce(array_length(string_to_array(nullif(documents, ''), E'\\n---\\n'), 1), 0) as documents
              from policy_version
            """;

    /** Nobody else changes documents or publishes for this tenant until the transaction ends. */
    void lock(Handle handle, TenantId tenant) {
        handle.createQuery("select 1 from (select pg_advisory_xact_lock(hashtext('policy'), hashtext(:tenant))) locked")
                .bind("tenant", tenant.value())
                .mapTo(Integer.class)
                .one();
    }

    List<StoredDocument> documents(Handle handle) {
        return handle.createQuery(DOCUMENT + " order by kind, name")
                .map((rs, context) -> document(rs))
                .list();
    }

    Optional<StoredDocument> document(Handle handle, String kind, String name) {
        return handle.createQuery(DOCUMENT + " where kind = :kind and name = :name")
                .bind("kind", kind)
                .bind("name", name)
                .map((rs, context) -> document(rs))
                .findOne();
    }

    /** Writes the document; false if it said the same already. */
    boolean put(Handle handle, StoredDocument document) {
        return handle.createUpdate("""
                        insert into policy_document (kind, name, yaml, updated_at, updated_by)
                        values (:kind, :name, :yaml, :at, :by)
                        on conflict (tenant, kind, name) do update
                           set yaml = excluded.yaml, updated_at = excluded.updated_at, updated_by = excluded.updated_by
                         where policy_document.yaml <> excluded.yaml""")
                        .bind("kind", document.kind())
                        .bind("name", document.name())
                        .bind("yaml", document.yaml())
                        .bind("at", utc(document.updatedAt()))
                        .bind("by", document.updatedBy())
                        .execute()
                == 1;
    }

    void delete(Handle handle, StoredDocument document) {
        handle.createUpdate("delete from policy_document where kind = :kind and name = :name")
                .bind("kind", document.kind())
                .bind("name", document.name())
                .execute();
    }

    /** Adds the next version; its number is one more than the last of either kind. */
    long insertVersion(
            Handle handle,
            PolicyVersion.Kind kind,
            String comment,
            String documents,
            @Nullable Long rolledBackFrom,
            Instant at,
            String by) {
        return handle.createQuery("""
                        insert into policy_version
                            (version, kind, comment, documents, rolled_back_from, published_at, published_by)
                        select coalesce(max(version), 0) + 1, :kind, :comment, :documents, :from, :at, :by
                          from policy_version
                        returning version""")
                .bind("kind", kind.text())
                .bind("comment", comment)
                .bind("documents", documents)
                .bind("from", rolledBackFrom)
                .bind("at", utc(at))
                .bind("by", by)
                .mapTo(Long.class)
                .one();
    }

    void setRollout(Handle handle, long version, UUID rollout) {
        handle.createUpdate("update policy_version set rollout = :rollout where version = :version")
                .bind("version", version)
                .bind("rollout", rollout)
                .execute();
    }

    /** Newest first, from the place {@code skip} on. */
    List<PolicyVersion> versions(Handle handle, long skip, int limit) {
        return handle.createQuery(VERSION + " order by version desc limit :limit offset :skip")
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> version(rs))
                .list();
    }

    Optional<PolicyVersion> version(Handle handle, long version) {
        return handle.createQuery(VERSION + " where version = :version")
                .bind("version", version)
                .map((rs, context) -> version(rs))
                .findOne();
    }

    /** The number of the newest live version. */
    OptionalLong newestLive(Handle handle) {
        return handle.createQuery("select max(version) from policy_version where kind = 'live'")
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** The number that the next version will have, unless somebody publishes before. */
    long next(Handle handle) {
        return handle.createQuery("select coalesce(max(version), 0) + 1 from policy_version")
                .mapTo(Long.class)
                .one();
    }

    /** The documents of a version, in one text. */
    Optional<String> snapshot(Handle handle, long version) {
        return handle.createQuery("select documents from policy_version where version = :version")
                .bind("version", version)
                .mapTo(String.class)
                .findOne();
    }

    private static PolicyVersion version(ResultSet rs) throws SQLException {
        return new PolicyVersion(
                rs.getLong("version"),
                PolicyVersion.Kind.parse(rs.getString("kind")),
                rs.getString("comment"),
                rs.getObject("published_at", OffsetDateTime.class).toInstant(),
                rs.getString("published_by"),
                rs.getString("published_by_name"),
                rs.getObject("rollout", UUID.class),
                rs.getObject("rolled_back_from", Long.class),
                rs.getInt("documents"));
    }

    private static StoredDocument document(ResultSet rs) throws SQLException {
        return new StoredDocument(
                rs.getString("kind"),
                rs.getString("name"),
                rs.getString("yaml"),
                rs.getObject("updated_at", OffsetDateTime.class).toInstant(),
                rs.getString("updated_by"),
                rs.getString("updated_by_name"));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
