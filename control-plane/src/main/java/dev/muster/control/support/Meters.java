package dev.muster.control.support;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The meters of this instance as they are now; of tags only those whose values are words of the program. */
@Singleton
final class Meters {
    private static final List<String> TOLD =
            List.of("muster.", "jvm.", "process.", "system.", "http.server.", "agroal.", "worker.pool.");

    /** Not among them: whatever a caller can choose. Addresses are templates such as {@code /devices/{id}}. */
    private static final Set<String> TAGS = Set.of(
            "code",
            "category",
            "area",
            "id",
            "pool",
            "datasource",
            "method",
            "uri",
            "status",
            "outcome",
            "cause",
            "action",
            "state");

    private final MeterRegistry registry;

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Name, tags and statistic to value, sorted. */
    Map<String, Double> now() {
        Map<String, Double> values = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            Meter.Id id = meter.getId();
            if (TOLD.stream().noneMatch(id.getName()::startsWith)) {
                continue;
            }
            String tags = id.getTags().stream()
                    .filter(tag -> TAGS.contains(tag.getKey()))
                    .map(tag -> tag.getKey() + "=" + tag.getValue())
                    .collect(Collectors.joining(","));
            for (Measurement measurement : meter.measure()) {
                double value = measurement.getValue();
                if (!Double.isNaN(value) && !Double.isInfinite(value)) {
                    values.merge(
                            id.getName() + "{" + tags + "} "
                                    + measurement.getStatistic().getTagValueRepresentation(),
                            value,
                            Double::sum);
                }
            }
        }
        return values;
    }
}
