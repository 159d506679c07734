package dev.muster.control.garbage;

import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactService;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Marks on artifacts, and what was collected. */
@Singleton
final class GarbageStore {
    private static final String LOOK =
            "select sha256, greatest(uploaded_at, uploaded_again_at) as came, unneeded_since from artifact "
                    + "where kind in ('image', 'app', 'delta', 'segments') and collected_at is null ";

    private final ArtifactService artifacts;

    GarbageStore(ArtifactService artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * An artifact that could go.
     *
     * @param came when it was uploaded, the last time
     */
    record Candidate(Artifact artifact, Instant came, Optional<Instant> unneededSince) {}

    /** The next ones behind {@code after}, in the order of their hashes. */
    List<Candidate> after(Handle handle, String after, int limit) {
        return handle.createQuery(LOOK + "and sha256 > :after order by sha256 limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((rs, context) -> candidate(handle, rs))
                .list();
    }

    /** One, its row locked: nobody names it in a release until the transaction ends. Empty if it is gone, or held by others. */
    Optional<Candidate> lock(Handle handle, String sha256) {
        return handle.createQuery(LOOK + "and sha256 = :sha256 for update skip locked")
                .bind("sha256", sha256)
                .map((rs, context) -> candidate(handle, rs))
                .findOne();
    }

    /** Marks those that have no mark. */
    void mark(Handle handle, Collection<String> hashes, Instant now) {
        handle.createUpdate("update artifact set unneeded_since = :now "
                        + "where sha256 = any(:hashes) and unneeded_since is null and collected_at is null")
                .bind("now", utc(now))
                .bind("hashes", hashes.toArray(String[]::new))
                .execute();
    }

    /** Takes marks away from what is needed again. */
    void unmark(Handle handle, Collection<String> hashes) {
        handle.createUpdate(
                        "update artifact set unneeded_since = null where sha256 = any(:hashes) and unneeded_since is not null")
                .bind("hashes", hashes.toArray(String[]::new))
                .execute();
    }

    void collect(Handle handle, String sha256, Instant now) {
        handle.createUpdate("update artifact set collected_at = :now where sha256 = :sha256")
                .bind("now", utc(now))
                .bind("sha256", sha256)
                .execute();
    }

    /** Collected, and their bytes may still be there. */
    List<String> bytesToGo(Handle handle) {
        return handle.createQuery("select sha256 from artifact "
                        + "where collected_at is not null and bytes_gone_at is null order by sha256 limit 1000")
                .mapTo(String.class)
                .list();
    }

    void bytesGone(Handle handle, String sha256, Instant now) {
        handle.createUpdate(
                        "update artifact set bytes_gone_at = :now where sha256 = :sha256 and collected_at is not null")
                .bind("now", utc(now))
                .bind("sha256", sha256)
                .execute();
    }

    /**
     * What a tenant wants of bytes.
     *
     * @param named by an artifact of any kind
     * @param claimed by an upload that is just putting them in place
     */
    record Need(boolean named, boolean claimed) {}

    Need need(Handle handle, String sha256, Instant now) {
        return handle.createQuery("""
                        select exists (select 1 from artifact where sha256 = :sha256 and collected_at is null) as named,
                               exists (select 1 from artifact_claim where sha256 = :sha256 and until > :now) as claimed""")
                .bind("sha256", sha256)
                .bind("now", utc(now))
                .map((rs, context) -> new Need(rs.getBoolean("named"), rs.getBoolean("claimed")))
                .one();
    }

    /** Hashes of claims that a crash left behind. */
    List<String> endedClaims(Handle handle, Instant now) {
        return handle.createQuery("select distinct sha256 from artifact_claim where until <= :now")
                .bind("now", utc(now))
                .mapTo(String.class)
                .list();
    }

    /** Turns at most {@code most} artifacts, which nothing names any more, into claims that have ended; how many. */
    int release(Handle handle, int most, Instant now) {
        return handle.createUpdate("""
                        with gone as (
                            delete from artifact where ctid = any(array(select ctid from artifact limit :most))
                            returning sha256)
                        insert into artifact_claim (id, sha256, until) select gen_random_uuid(), sha256, :now from gone""").bind("most", most).bind("now", utc(now)).execute();
    }

    void forgetClaims(Handle handle, String sha256, Instant now) {
        handle.createUpdate("delete from artifact_claim where sha256 = :sha256 and until <= :now")
                .bind("sha256", sha256)
                .bind("now", utc(now))
                .execute();
    }

    /** The lock of all bytes, for one who takes some away; kept by the connection. False if somebody has it now. */
    boolean tryLockBytes(Handle connection) {
        return connection
                .createQuery("select pg_try_advisory_lock(hashtext('artifact'), hashtext('bytes'))")
                .mapTo(Boolean.class)
                .one();
    }

    void unlockBytes(Handle connection) {
        connection
                .createQuery("select pg_advisory_unlock(hashtext('artifact'), hashtext('bytes'))")
                .mapTo(Boolean.class)
                .one();
    }

    private Candidate candidate(Handle handle, ResultSet rs) throws SQLException {
        OffsetDateTime since = rs.getObject("unneeded_since", OffsetDateTime.class);
        return new Candidate(
                artifacts.find(handle, rs.getString("sha256")).orElseThrow(),
                rs.getObject("came", OffsetDateTime.class).toInstant(),
                Optional.ofNullable(since).map(OffsetDateTime::toInstant));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
