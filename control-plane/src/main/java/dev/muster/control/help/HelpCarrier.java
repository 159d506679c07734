package dev.muster.control.help;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpFrames;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** Passes frames on, for both sides the same; waits outside of transactions. Thread-safe. */
@Singleton
final class HelpCarrier {
    /** Below the time after which devices give a read up. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final HelpStore store;
    private final HelpBell bell;
    private final HelpConfig config;
    private final TenantTransactions transactions;
    private final Clock clock;

    HelpCarrier(HelpStore store, HelpBell bell, HelpConfig config, TenantTransactions transactions, Clock clock) {
        this.store = store;
        this.bell = bell;
        this.config = config;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Which side asks, and whether it may: throws a problem where it may not. */
    record Side(boolean up, BiConsumer<Handle, HelpRow> check) {}

    /** Takes frames in; one that came before is not taken in twice. Waits where the other side is behind. */
    void push(TenantId tenant, UUID id, Side side, HelpFrames frames) {
        if (frames.frames().isEmpty()) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "expected at least one frame, found none");
        }
        int index = 0;
        for (HelpFrame frame : frames.frames()) {
            push(tenant, id, side, frames.first() + index++, frame);
        }
    }

    private void push(TenantId tenant, UUID id, Side side, long number, HelpFrame frame) {
        Instant end = clock.instant().plus(LONGEST_WAIT);
        while (true) {
            long count = bell.count(id);
            Optional<String> full = transactions.in(tenant, handle -> append(handle, id, side, number, frame));
            if (full.isEmpty()) {
                bell.ring(id);
                return;
            }
            if (!clock.instant().isBefore(end)) {
                throw new ProblemException(ProblemCode.TOO_MANY_REQUESTS, full.get());
            }
            pause(id, count);
        }
    }

    private Optional<String> append(Handle handle, UUID id, Side side, long number, HelpFrame frame) {
        HelpRow row = store.lock(handle, id).orElseThrow(() -> notFound(id));
        side.check().accept(handle, row);
        if (!row.shown().state().equals("open")) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "expected an open session, found it " + row.shown().state()
                            + Optional.ofNullable(row.shown().endReason())
                                    .map(why -> ": " + why)
                                    .orElse(""));
        }
        long last = row.lane(side.up()).last();
        if (number <= last) {
            return Optional.empty();
        }
        if (number != last + 1) {
            throw new ProblemException(ProblemCode.CONFLICT, "expected frame " + (last + 1) + " next, found " + number);
        }
        Instant now = clock.instant();
        Optional<String> full = row.full(side.up(), frame.data().length, now.getEpochSecond(), config.bytesPerSecond());
        if (full.isEmpty()) {
            store.append(handle, row, side.up(), frame, now);
        }
        return full;
    }

    /** Frames after a number, which says that all up to it arrived; waits for the first a while. */
    HelpFrames pull(TenantId tenant, UUID id, Side side, long after) {
        Instant end = clock.instant().plus(LONGEST_WAIT);
        while (true) {
            long count = bell.count(id);
            HelpFrames found = transactions.in(tenant, handle -> read(handle, id, side, after));
            if (!found.frames().isEmpty()
                    || found.over().isPresent()
                    || !clock.instant().isBefore(end)) {
                return found;
            }
            pause(id, count);
        }
    }

    private HelpFrames read(Handle handle, UUID id, Side side, long after) {
        // Who reads gets what the other side sent.
        boolean lane = !side.up();
        HelpRow row = store.lock(handle, id).orElseThrow(() -> notFound(id));
        side.check().accept(handle, row);
        if (after < 0 || after > row.lane(lane).last()) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a frame from 0 to " + row.lane(lane).last() + " as the last one, found " + after);
        }
        if (after > row.lane(lane).taken()) {
            store.taken(handle, row, lane, after);
            handle.afterCommit(() -> bell.ring(id));
        }
        boolean over = row.shown().isOver();
        Optional<String> why = over ? Optional.ofNullable(row.shown().endReason()) : Optional.empty();
        // A device stops at once; a person still gets what was on its way.
        List<HelpFrame> frames =
                over && side.up() ? List.of() : store.frames(handle, id, lane, after, HelpFrames.MAX_FRAMES);
        return new HelpFrames(after + 1, frames, frames.isEmpty() ? why : Optional.empty());
    }

    private void pause(UUID id, long count) {
        try {
            bell.await(id, count, LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(ProblemCode.UNAVAILABLE, "the server stops");
        }
    }

    private static ProblemException notFound(UUID id) {
        return new ProblemException(ProblemCode.NOT_FOUND, "no session `" + id + "`");
    }
}
