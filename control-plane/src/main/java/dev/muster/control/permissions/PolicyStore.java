package dev.muster.control.permissions;

import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code policy_document}, {@code policy_version}, {@code policy_bundle} and {@code device_policy}. */
@Singleton
final class PolicyStore {
    /** Nobody else changes documents or publishes for this tenant until the transaction ends. */
    void lock(Handle handle, TenantId tenant) {
        handle.createQuery("select 1 from (select pg_advisory_xact_lock(hashtext('policy'), hashtext(:tenant))) locked")
                .bind("tenant", tenant.value())
                .mapTo(Integer.class)
                .one();
    }

    List<StoredDocument> documents(Handle handle) {
        return handle.createQuery("select * from policy_document order by kind, name")
                .map((rs, context) -> document(rs))
                .list();
    }

    Optional<StoredDocument> document(Handle handle, String kind, String name) {
        return handle.createQuery("select * from policy_document where kind = :kind and name = :name")
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

    /** Adds the next version; its number is one more than the last. */
    long insertVersion(Handle handle, String comment, String documents, Instant at, String by) {
        return handle.createQuery("""
                        insert into policy_version (version, comment, documents, published_at, published_by)
                        select coalesce(max(version), 0) + 1, :comment, :documents, :at, :by from policy_version
                        returning version""")
                .bind("comment", comment)
                .bind("documents", documents)
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
        return handle.createQuery("select version, comment, published_at, published_by, rollout from policy_version "
                        + "order by version desc limit :limit offset :skip")
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> new PolicyVersion(
                        rs.getLong("version"),
                        rs.getString("comment"),
                        rs.getObject("published_at", OffsetDateTime.class).toInstant(),
                        rs.getString("published_by"),
                        rs.getObject("rollout", UUID.class)))
                .list();
    }

    Optional<PolicyVersion> version(Handle handle, long version) {
        return handle.createQuery("select version, comment, published_at, published_by, rollout from policy_version "
                        + "where version = :version")
                .bind("version", version)
                .map((rs, context) -> new PolicyVersion(
                        rs.getLong("version"),
                        rs.getString("comment"),
                        rs.getObject("published_at", OffsetDateTime.class).toInstant(),
                        rs.getString("published_by"),
                        rs.getObject("rollout", UUID.class)))
                .findOne();
    }

    /** The documents of a version, in one text. */
    Optional<String> snapshot(Handle handle, long version) {
        return handle.createQuery("select documents from policy_version where version = :version")
                .bind("version", version)
                .mapTo(String.class)
                .findOne();
    }

    /** The bytes that a version is for a profile, if they were compiled already. */
    Optional<String> bundle(Handle handle, long version, String profile) {
        return handle.createQuery("select sha256 from policy_bundle where version = :version and profile = :profile")
                .bind("version", version)
                .bind("profile", profile)
                .mapTo(String.class)
                .findOne();
    }

    void putBundle(Handle handle, long version, String profile, String sha256) {
        handle.createUpdate("insert into policy_bundle (version, profile, sha256) values (:version, :profile, :sha256) "
                        + "on conflict do nothing")
                .bind("version", version)
                .bind("profile", profile)
                .bind("sha256", sha256)
                .execute();
    }

    /** What a device is to hold. */
    record Held(long version, String profile) {}

    Optional<Held> held(Handle handle, DeviceId device) {
        return handle.createQuery("select version, profile from device_policy where device = :device")
                .bind("device", device)
                .map((rs, context) -> new Held(rs.getLong("version"), rs.getString("profile")))
                .findOne();
    }

    void hold(Handle handle, DeviceId device, Held held) {
        handle.createUpdate("""
                        insert into device_policy (device, version, profile) values (:device, :version, :profile)
                        on conflict (tenant, device) do update
                           set version = excluded.version, profile = excluded.profile""")
                .bind("device", device)
                .bind("version", held.version())
                .bind("profile", held.profile())
                .execute();
    }

    /** Whether the query selects the device. */
    boolean selects(Handle handle, Selector query, DeviceId device) {
        SqlFragment asked = query.where("d", "q_");
        return handle.createQuery("select exists (select 1 from device d where d.id = :device and " + asked.sql() + ")")
                .bind("device", device)
                .bindMap(asked.binds())
                .mapTo(Boolean.class)
                .one();
    }

    private static StoredDocument document(ResultSet rs) throws SQLException {
        return new StoredDocument(
                rs.getString("kind"),
                rs.getString("name"),
                rs.getString("yaml"),
                rs.getObject("updated_at", OffsetDateTime.class).toInstant(),
                rs.getString("updated_by"));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
