package dev.muster.control.support;

import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Counts of one tenant; no names. */
@Singleton
final class SupportStore {
    private static final String COUNTS = """
            select 'devices/' || status as what, count(*) as n from device group by status
            union all select 'devices/online', count(*) from device_presence where online
            union all select 'rollouts/' || state, count(*) from rollout group by state
            union all select 'releases', count(*) from release
            union all select 'artifacts', count(*) from artifact
            union all select 'sites', count(*) from site
            union all select 'groups', count(*) from device_group
            union all select 'policy-documents', count(*) from policy_document
            union all select 'alerts/' || state, count(*) from alert group by state
            union all select 'service-accounts', count(*) from service_account
            """;

    /** Adds what this transaction's tenant has. */
    void count(Handle handle, Map<String, Long> counts) {
        handle.createQuery(COUNTS)
                .map((rs, context) -> Map.entry(rs.getString("what"), rs.getLong("n")))
                .forEach(count -> counts.merge(count.getKey(), count.getValue(), Long::sum));
    }
}
