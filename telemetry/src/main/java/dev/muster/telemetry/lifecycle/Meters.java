package dev.muster.telemetry.lifecycle;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** The meters of one component, declared while it is built. Thread-safe. */
public final class Meters {
    private final String prefix;
    private final List<Meter> meters = new CopyOnWriteArrayList<>();

    /** Names start with {@code prefix} and a dot. */
    public Meters(String prefix) {
        this.prefix = prefix + ".";
    }

    /** A new counter, at zero. */
    public LongAdder counter(String name) {
        LongAdder adder = new LongAdder();
        meters.add(new Meter(prefix + name, Meter.Kind.COUNTER, adder::sum));
        return adder;
    }

    /** A number that goes up and down, read from {@code value} whenever asked. */
    public void gauge(String name, LongSupplier value) {
        meters.add(new Meter(prefix + name, Meter.Kind.GAUGE, value));
    }

    public List<Meter> all() {
        return List.copyOf(meters);
    }
}
