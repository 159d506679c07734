package dev.muster.agent.policy;

import dev.muster.agent.store.StateStore;
import dev.muster.policy.lease.LeaseClock;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Device time: the latest of the system clock while it is known to be set, the clock kept over restarts, and the last
 * verified signed time. Never goes back. Thread-safe.
 */
public final class DeviceTime implements InstantSource {
    private final StateStore store;
    private final LeaseClock clock;

    /**
     * Goes on from what is kept in {@code store}.
     *
     * @param system the system clock
     * @param systemIsSet whether it is known to be set
     * @param nanos a clock that never goes back within this run
     * @param signed a time that some verified signature vouches for, such as the begin of the device's certificate
     */
    public DeviceTime(
            StateStore store, InstantSource system, BooleanSupplier systemIsSet, LongSupplier nanos, Instant signed)
            throws IOException {
        this(store, system, systemIsSet, nanos, nanos, signed);
    }

    /**
     * The same with another such clock for leases, which every question asks.
     *
     * @param leaseNanos may tell what was true a little while ago
     */
    public DeviceTime(
            StateStore store,
            InstantSource system,
            BooleanSupplier systemIsSet,
            LongSupplier nanos,
            LongSupplier leaseNanos,
            Instant signed)
            throws IOException {
        this.store = store;
        LeaseClock.Mark kept = read(store);
        Instant floor = signed.isAfter(kept.now()) ? signed : kept.now();
        this.clock =
                new LeaseClock(system, systemIsSet, nanos, leaseNanos, new LeaseClock.Mark(floor, kept.lastContact()));
    }

    @Override
    public Instant instant() {
        return clock.now();
    }

    /** The clock that leases are judged by. */
    LeaseClock leases() {
        return clock;
    }

    /** When what the server signed for this device was verified last. */
    public Instant lastContact() {
        return clock.mark().lastContact();
    }

    /** The server was reached and what it signed for this device, at {@code signedAt}, was verified just now. */
    public void contact(Optional<Instant> signedAt) throws IOException {
        Instant now = clock.now();
        clock.contact(signedAt.filter(time -> time.isAfter(now)).orElse(now));
        save();
    }

    /** Keeps device time over a restart. */
    public synchronized void save() throws IOException {
        LeaseClock.Mark mark = clock.mark();
        store.write(JsonObject.write(Map.of(
                "now", mark.now().toString(), "lastContact", mark.lastContact().toString())));
    }

    private static LeaseClock.Mark read(StateStore store) throws IOException {
        Optional<byte[]> bytes = store.read();
        if (bytes.isEmpty()) {
            return LeaseClock.Mark.NEVER;
        }
        JsonObject json = JsonObject.parse(bytes.get());
        return new LeaseClock.Mark(json.instant("now"), json.instant("lastContact"));
    }
}
