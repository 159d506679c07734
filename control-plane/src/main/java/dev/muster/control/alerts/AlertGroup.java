package dev.muster.control.alerts;

import java.time.Instant;
import java.util.List;

/**
 * The alerts of one rule at one site, as one.
 *
 * @param site empty for devices without one
 * @param inhibited further alerts that these explain
 * @param first ids of at most 20, the oldest first
 */
public record AlertGroup(
        String rule,
        String site,
        String severity,
        long alerts,
        long acknowledged,
        long inhibited,
        Instant since,
        List<String> first) {
    public AlertGroup {
        first = List.copyOf(first);
    }
}
