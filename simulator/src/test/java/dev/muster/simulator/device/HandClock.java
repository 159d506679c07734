package dev.muster.simulator.device;

import dev.muster.protocol.manifest.VersionManifest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The outside of a device with a clock that is turned by hand: keeps what the device did, and when. */
final class HandClock implements DeviceIo, InstantSource {
    static final Instant BEGIN = Instant.parse("2026-11-27T08:00:00Z");

    final List<Instant> connects = new ArrayList<>();
    final List<String> closes = new ArrayList<>();
    final List<Outgoing> sent = new ArrayList<>();
    final List<VersionManifest> manifests = new ArrayList<>();
    int fetches;

    @Nullable SimulatedDevice device;

    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparingLong(Due::number));
    private Instant now = BEGIN;
    private long number;

    private record Due(Instant at, long number, Runnable work) {}

    @Override
    public Instant instant() {
        return now;
    }

    /** Passes time; what is due in it is done at its time. */
    void pass(Duration time) {
        Instant end = now.plus(time);
        while (!due.isEmpty() && !due.peek().at().isAfter(end)) {
            Due next = due.poll();
            now = next.at();
            next.work().run();
        }
        now = end;
    }

    <T extends Outgoing> List<T> sent(Class<T> kind) {
        return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public void connect() {
        connects.add(now);
    }

    @Override
    public void close(boolean politely) {
        closes.add(politely ? "politely" : "lost");
    }

    @Override
    public void publish(Outgoing message) {
        sent.add(message);
        // A gateway has it a moment later. Telemetry is acknowledged by the tests themselves.
        if (message instanceof Outgoing.Report && device != null) {
            SimulatedDevice of = device;
            later(Duration.ofMillis(1), () -> of.acknowledged(message, 0));
        }
    }

    @Override
    public void fetch(DeviceTrust trust) {
        fetches++;
    }

    @Override
    public void send(VersionManifest manifest) {
        manifests.add(manifest);
    }

    @Override
    public void later(Duration delay, Runnable work) {
        due.add(new Due(now.plus(delay), number++, work));
    }
}
