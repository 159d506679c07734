package dev.muster.control.support;

import dev.muster.control.doctor.Diagnosis;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The answer of {@code GET /support}: what somebody who helps from afar needs, and nothing that is a secret or a person's.
 *
 * @param settings those on the list of harmless ones that are set
 * @param counts of all tenants together
 * @param lag records that each consumer group has not read yet; empty where Kafka does not say
 * @param meters name, tags and statistic to value
 */
public record SupportFacts(
        Product product,
        Diagnosis doctor,
        Map<String, String> settings,
        Map<String, Long> counts,
        Map<String, Long> lag,
        Map<String, Double> meters) {
    /**
     * What runs.
     *
     * @param memory the most that the heap may take, in bytes
     */
    public record Product(
            String version,
            String instance,
            List<String> roles,
            String profile,
            Instant startedAt,
            String java,
            String system,
            int processors,
            long memory) {}
}
