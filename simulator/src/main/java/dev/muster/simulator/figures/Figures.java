package dev.muster.simulator.figures;

import dev.muster.simulator.behaviour.Behaviour;
import dev.muster.simulator.behaviour.Behaviours;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What all devices of a simulation did and how they stand. Thread-safe; each number for itself. */
public final class Figures {
    /** Where a device stands with its document. */
    public enum Standing {
        /** It was never told of one. */
        NONE,
        /** It has heard of one and is getting it. */
        FETCHING,
        INSTALLING,
        /** Something waits for a window, or is to be loaded only. */
        HELD,
        SETTLED,
        FAILED,
        /** Its newest did not verify. */
        REFUSED
    }

    /** Sessions accepted. */
    public final LongAdder connects = new LongAdder();
    /** Sessions that ended, for whatever reason. */
    public final LongAdder ended = new LongAdder();
    /** Messages sent. */
    public final LongAdder sent = new LongAdder();
    /** Messages acknowledged. */
    public final LongAdder acknowledged = new LongAdder();
    /** Telemetry acknowledged. */
    public final LongAdder samples = new LongAdder();
    /** Telemetry that a device gave up because too much waited. */
    public final LongAdder dropped = new LongAdder();
    /** Documents got and verified. */
    public final LongAdder documents = new LongAdder();
    /** From sending to the acknowledgement. */
    public final Latencies latencies = new Latencies();

    private final Map<Behaviour, AtomicInteger> connected;
    private final Map<Standing, AtomicInteger> documentsNow = new EnumMap<>(Standing.class);
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

    public Figures() {
        connected = Behaviours.ALL.stream()
                .collect(Collectors.toMap(
                        one -> one, one -> new AtomicInteger(), (first, second) -> first, LinkedHashMap::new));
        for (Standing state : Standing.values()) {
            documentsNow.put(state, new AtomicInteger());
        }
    }

    private static int get(Map<?, AtomicInteger> counts, Object key) {
        AtomicInteger count = counts.get(key);
        return count == null ? 0 : count.get();
    }

    /** A session began ({@code +1}) or ended ({@code -1}). */
    public void connected(Behaviour behaviour, int change) {
        AtomicInteger count = connected.get(behaviour);
        if (count != null) {
            count.addAndGet(change);
        }
        (change > 0 ? connects : ended).increment();
    }

    /** A device that stood here. */
    public void enters(Standing state) {
        change(state, 1);
    }

    /** A device that stood at {@code from} stands at {@code to}. */
    public void moves(Standing from, Standing to) {
        change(from, -1);
        change(to, 1);
    }

    private void change(Standing state, int by) {
        AtomicInteger count = documentsNow.get(state);
        if (count != null) {
            count.addAndGet(by);
        }
    }

    /** Somebody refused something, for this reason. */
    public void refused(String reason) {
        refusals.computeIfAbsent(reason, unused -> new LongAdder()).increment();
    }

    public int connected(Behaviour behaviour) {
        return get(connected, behaviour);
    }

    /** All that are connected now. */
    public int connectedNow() {
        return connected.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    public int documents(Standing state) {
        return get(documentsNow, state);
    }

    /** How often what was refused, by reason. */
    public Map<String, Long> refusals() {
        Map<String, Long> counts = new TreeMap<>();
        refusals.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }
}
