package dev.muster.control.quotas;

import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Limits in {@code tenant.quotas}, and counts of what they limit. */
@Singleton
final class QuotaStore {
    /** The limits of the transaction's tenant that are its own. */
    Map<Quota, Long> own(Handle handle) {
        return handle.createQuery("select quotas::text from tenant where tenant = current_tenant()")
                .mapTo(String.class)
                .findOne()
                .map(QuotaStore::parse)
                .orElseGet(Map::of);
    }

    /** The same, and nobody else counts before the transaction ends. References to the tenant's row do not wait for it. */
    Map<Quota, Long> lock(Handle handle) {
        return handle.createQuery("select quotas::text from tenant where tenant = current_tenant() for no key update")
                .mapTo(String.class)
                .findOne()
                .map(QuotaStore::parse)
                .orElseGet(Map::of);
    }

    /** How much there is now, what this transaction made included. */
    long used(Handle handle, Quota quota, Instant now) {
        return switch (quota) {
            case DEVICES -> count(handle, "select count(*) from device where status <> 'retired'");
            case ARTIFACT_BYTES ->
                count(
                        handle,
                        "select coalesce(sum(length), 0) from artifact"
                                + " where kind in ('image', 'app') and bytes_gone_at is null");
            case ENROLMENT_TOKENS ->
                count(handle, "select count(*) from enrolment_token where expires_at > :since and used < uses", now);
            case SERVICE_ACCOUNTS -> count(handle, "select count(*) from service_account");
            case ROLLOUTS_IN_FLIGHT ->
                count(handle, "select count(*) from rollout where kind = 'release' and state in ('running', 'paused')");
            case COMMANDS_PER_HOUR ->
                count(
                        handle,
                        "select coalesce(sum(size), 0) from command where created_at > :since",
                        now.minus(Duration.ofHours(1)));
            case TELEMETRY_MESSAGES, TELEMETRY_BYTES ->
                throw new IllegalArgumentException(
                        "expected a quota that is counted here, found `" + quota.text() + "`");
        };
    }

    private static long count(Handle handle, String sql) {
        return handle.createQuery(sql).mapTo(Long.class).one();
    }

    private static long count(Handle handle, String sql, Instant since) {
        return handle.createQuery(sql)
                .bind("since", since.atOffset(ZoneOffset.UTC))
                .mapTo(Long.class)
                .one();
    }

    private static Map<Quota, Long> parse(String json) {
        JsonObject object = JsonObject.parse(json.getBytes(StandardCharsets.UTF_8));
        Map<Quota, Long> limits = new EnumMap<>(Quota.class);
        for (String name : object.members().keySet()) {
            Quota.parse(name).ifPresent(quota -> limits.put(quota, object.number(name)));
        }
        return limits;
    }
}
