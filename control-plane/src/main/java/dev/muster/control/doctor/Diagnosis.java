package dev.muster.control.doctor;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The answer of {@code GET /doctor}.
 *
 * @param instance which instance answered; others may be less well
 * @param at by the server's clock
 * @param state the worst of the findings
 * @param items the worst first, then by id
 */
public record Diagnosis(String version, String instance, Instant at, Finding.State state, List<Finding> items) {
    private static final Comparator<Finding> ORDER =
            Comparator.comparing(Finding::state).reversed().thenComparing(Finding::id);

    public Diagnosis {
        items = items.stream().sorted(ORDER).toList();
    }

    static Diagnosis of(String version, String instance, Instant at, List<Finding> findings) {
        return new Diagnosis(
                version,
                instance,
                at,
                findings.stream()
                        .map(Finding::state)
                        .max(Comparator.naturalOrder())
                        .orElse(Finding.State.OK),
                findings);
    }
}
