package dev.muster.policy.language;

import java.time.Duration;
import java.util.Map;

/**
 * A rule of alerts as written.
 *
 * @param devices RSQL; empty for every device
 * @param severity {@code info}, {@code warning} or {@code critical}
 * @param summary what to tell people; {@code {device}}, {@code {site}}, {@code {value}} and {@code {detail}} stand for what they say
 * @param holds how long the condition must hold
 * @param yaml its text, comments included
 */
public record AlertRuleDocument(
        String name,
        String description,
        String devices,
        Place devicesAt,
        String severity,
        Map<String, String> labels,
        String summary,
        Duration holds,
        When when,
        String yaml) {
    public AlertRuleDocument {
        labels = Map.copyOf(labels);
    }

    /** What must hold. */
    public sealed interface When {
        /** A number of telemetry is beyond a limit. */
        record Threshold(String metric, boolean above, double limit) implements When {}

        /** A number of telemetry changed by more than a limit. */
        record Change(String metric, boolean above, double limit, Duration within) implements When {}

        /** Nothing of a metric came for so long. */
        record Absence(String metric, Duration longerThan) implements When {}

        /** The device has no session. */
        record Offline() implements When {}

        /** The device is not as decided, and does not become so. */
        record Drift() implements When {}

        /** Services asked about a permission more often than usual; {@code answers} is granted, denied or any. */
        record PermissionUse(String permission, String answers, int above, Duration within) implements When {}
    }
}
