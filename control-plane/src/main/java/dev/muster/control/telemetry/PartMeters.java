package dev.muster.control.telemetry;

import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Meter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Shows what parts of telemetry count as {@code muster.*}. */
public final class PartMeters {
    private PartMeters() {}

    /** From now on {@code registry} shows the meters of {@code part}, and keeps it. */
    public static void show(MeterRegistry registry, Component part) {
        for (Meter meter : part.meters()) {
            String named = "muster." + meter.name();
            switch (meter.kind()) {
                case COUNTER ->
                    FunctionCounter.builder(named, meter, m -> m.value().getAsLong())
                            .register(registry);
                case GAUGE ->
                    Gauge.builder(named, meter, m -> m.value().getAsLong())
                            .strongReference(true)
                            .register(registry);
            }
        }
    }
}
