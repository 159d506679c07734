package dev.muster.policy.lease;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Device time that never goes back: the latest of the system clock, the persisted clock and the last verified signed
 * time, moved on by the monotonic clock. While the system clock is not trusted only the other two count, so that a wrong
 * clock can neither end a lease early nor prolong it; time spent switched off without a clock is then not seen.
 *
 * <p>The owner persists {@link #mark()} now and then and at shutdown, and hands it back at the next start. Thread-safe.
 */
public final class LeaseClock {
    private final InstantSource system;
    private final BooleanSupplier systemIsTrusted;
    private final LongSupplier monotonicNanos;
    private final LongSupplier watchNanos;

    private Instant floor;
    private long floorNanos;
    private Instant lastContact;
    /** Contacts, and jumps of device time: what was judged before one is not kept. Written under the lock only. */
    private volatile int turns;

    /**
     * @param system the system clock
     * @param systemIsTrusted whether the system clock is right now known to be set, such as by NTP or a battery clock
     * @param monotonicNanos nanoseconds since any start, never going back, such as {@code System::nanoTime}
     * @param mark what was persisted last, or {@link Mark#NEVER}
     */
    public LeaseClock(InstantSource system, BooleanSupplier systemIsTrusted, LongSupplier monotonicNanos, Mark mark) {
        this(system, systemIsTrusted, monotonicNanos, monotonicNanos, mark);
    }

    /**
     * The same with another monotonic clock for watches, which read it with every question.
     *
     * @param watchNanos may tell what was true a little while ago, such as {@link TickingNanos}
     */
    public LeaseClock(
            InstantSource system,
            BooleanSupplier systemIsTrusted,
            LongSupplier monotonicNanos,
            LongSupplier watchNanos,
            Mark mark) {
        this.system = system;
        this.systemIsTrusted = systemIsTrusted;
        this.monotonicNanos = monotonicNanos;
        this.watchNanos = watchNanos;
        this.floor = mark.now();
        this.floorNanos = monotonicNanos.getAsLong();
        this.lastContact = mark.lastContact();
    }

    /** What survives a reboot: device time and the device time of the last contact. */
    public record Mark(Instant now, Instant lastContact) {
        /** A device that was never in contact. */
        public static final Mark NEVER = new Mark(Instant.EPOCH, Instant.EPOCH);
    }

    /** Device time; never earlier than any time this clock told before. */
    public synchronized Instant now() {
        long nanos = monotonicNanos.getAsLong();
        Instant time = floor.plusNanos(Math.max(0, nanos - floorNanos));
        if (systemIsTrusted.getAsBoolean()) {
            Instant told = system.instant();
            if (told.isAfter(time.plus(LeaseWatch.KEPT))) {
                turn();
            }
            time = told.isAfter(time) ? told : time;
        }
        floor = time;
        floorNanos = nanos;
        return time;
    }

    /** The server was reached and what it signed was verified; {@code signedTime} is the time it vouches for. */
    public synchronized void contact(Instant signedTime) {
        Instant now = now();
        if (signedTime.isAfter(now)) {
            floor = signedTime;
        }
        lastContact = floor;
        turn();
    }

    private synchronized void turn() {
        turns = turns + 1;
    }

    /** Time since the last contact, by this clock. */
    public synchronized Duration sinceContact() {
        return Duration.between(lastContact, now());
    }

    /** Whether a lease that is renewed by every contact still holds. */
    public LeaseState state(Lease lease) {
        return lease.after(sinceContact());
    }

    /** The same for a lease that is asked about very often, with what {@link LeaseWatch} says about jumping clocks. */
    public LeaseWatch watch(Lease lease) {
        return new LeaseWatch(this, lease);
    }

    synchronized LeaseWatch.Known judge(Lease lease) {
        long since = watchNanos();
        Duration elapsed = sinceContact();
        LeaseState state = lease.after(elapsed);
        boolean endsSooner =
                state == LeaseState.HOLDS && elapsed.plus(LeaseWatch.KEPT).compareTo(lease.length()) > 0;
        Duration kept = endsSooner ? lease.length().minus(elapsed) : LeaseWatch.KEPT;
        return new LeaseWatch.Known(state, since, kept.toNanos(), turns);
    }

    long watchNanos() {
        return watchNanos.getAsLong();
    }

    int turns() {
        return turns;
    }

    /** What to persist. */
    public synchronized Mark mark() {
        return new Mark(now(), lastContact);
    }
}
