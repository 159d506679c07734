package dev.muster.protocol.audit;

import dev.muster.protocol.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks a chain once, in the order of positions, and names what is not as it was sealed. Every seal carries the hash of the
 * one before it, so a broken one is named by itself, and the walk goes on behind it. Memory does not grow with the chain.
 * For one thread.
 */
public final class ChainVerifier {
    /** How much earlier a row may claim to be than rows sealed before it: longer than any transaction of a server lasts. */
    public static final Duration LATEST_COMMIT = Duration.ofMinutes(10);

    /** Where a seal that was moved was made for is found by trying; together no more than about a second's worth. */
    private static final int MOST_TRIES = 1_000_000;

    private static final long FURTHEST_TRY = 200_000;

    private final boolean partial;
    private final Consumer<Finding> findings;
    private final TreeMap<Long, List<Checkpoint>> checkpoints = new TreeMap<>();
    private @Nullable Seal last;
    private boolean lastHolds = true;
    private @Nullable Instant newest;
    private long checked;
    private long found;
    private int tries = MOST_TRIES;

    private ChainVerifier(boolean partial, Consumer<Finding> findings) {
        this.partial = partial;
        this.findings = findings;
    }

    /** For a whole chain: position 1 and no gap after it. */
    public static ChainVerifier whole(Consumer<Finding> findings) {
        return new ChainVerifier(false, findings);
    }

    /** For rows picked out of a chain: what lies between them is not missed. */
    public static ChainVerifier partial(Consumer<Finding> findings) {
        return new ChainVerifier(true, findings);
    }

    /** Also compares with what was known before; call it before the walk. Its signature is the caller's to check. */
    public void compareWith(Checkpoint known) {
        checkpoints.computeIfAbsent(known.position(), key -> new ArrayList<>()).add(known);
    }

    /**
     * The next seal.
     *
     * @param row what the seal is on, empty if it is gone
     */
    public void next(Seal seal, Optional<AuditRow> row) {
        checked++;
        if (last != null && seal.position() <= last.position()) {
            add(
                    Finding.Kind.REORDERED,
                    seal,
                    "position " + seal.position() + " comes after position " + last.position());
            return;
        }
        gap(seal);
        boolean holds = seal.holds();
        if (holds) {
            link(seal);
        } else {
            broken(seal);
        }
        row.ifPresentOrElse(
                known -> content(seal, known),
                () -> add(Finding.Kind.REMOVED, seal, "row " + seal.row() + " is gone, its seal is still there"));
        compare(seal);
        last = seal;
        lastHolds = holds;
    }

    /** The next seal, on a row that exists and cannot even be read as what was sealed. */
    public void unreadable(Seal seal, String why) {
        checked++;
        gap(seal);
        add(Finding.Kind.ALTERED, seal, "row " + seal.row() + " is not what was sealed: " + why);
        compare(seal);
        last = seal;
        lastHolds = seal.holds();
    }

    /** A row without a seal, older than the sealer needs. */
    public void unsealed(long row, Instant at) {
        found++;
        findings.accept(new Finding(Finding.Kind.UNSEALED, 0, row, "row " + row + " of " + at + " has no seal"));
    }

    /** A row that was written, and that was gone before it could be sealed. */
    public void goneUnsealed(long row) {
        found++;
        findings.accept(new Finding(
                Finding.Kind.REMOVED, 0, row, "row " + row + " was written and is gone, it was never sealed"));
    }

    /** The chain is over. */
    public void end() {
        long reached = position();
        if (partial) {
            return;
        }
        checkpoints
                .tailMap(reached, false)
                .values()
                .forEach(known -> known.forEach(one -> {
                    found++;
                    findings.accept(new Finding(
                            Finding.Kind.REMOVED,
                            one.position(),
                            0,
                            "the chain ends at position " + reached + "; the checkpoint of " + one.at()
                                    + " knows it as far as position " + one.position()));
                }));
    }

    /** How many seals were looked at. */
    public long checked() {
        return checked;
    }

    /** How much was found. */
    public long found() {
        return found;
    }

    /** Where the walk is, 0 at the beginning. */
    public long position() {
        return last == null ? 0 : last.position();
    }

    /** The hash of the last seal, of {@link Digest#ZERO} at the beginning. */
    public Digest hash() {
        return last == null ? Digest.ZERO : last.hash();
    }

    private void gap(Seal seal) {
        long expected = position() + 1;
        if (partial || seal.position() == expected) {
            return;
        }
        long gone = seal.position() - 1;
        found++;
        findings.accept(new Finding(
                Finding.Kind.REMOVED,
                expected,
                0,
                gone == expected
                        ? "the seal at position " + expected + " is gone"
                        : "the seals at positions " + expected + " to " + gone + " are gone"));
    }

    private void link(Seal seal) {
        Seal before = last;
        boolean adjacent = before == null ? seal.position() == 1 : seal.position() == before.position() + 1;
        if (!adjacent || !lastHolds) {
            return;
        }
        Digest expected = before == null ? Digest.ZERO : before.hash();
        if (!seal.previous().equals(expected)) {
            add(
                    Finding.Kind.REWRITTEN,
                    seal,
                    "position " + seal.position()
                            + " was sealed after another row than the one before it now: seals up to"
                            + " here were removed, inserted or rewritten");
        }
    }

    private void broken(Seal seal) {
        for (long distance = 1; distance <= FURTHEST_TRY && tries > 0; distance++) {
            tries -= 2;
            for (long elsewhere : new long[] {seal.position() - distance, seal.position() + distance}) {
                if (elsewhere > 0 && seal.holdsAt(elsewhere)) {
                    add(
                            Finding.Kind.REORDERED,
                            seal,
                            "row " + seal.row() + " stands at position " + seal.position()
                                    + ", it was sealed at position " + elsewhere);
                    return;
                }
            }
        }
        add(Finding.Kind.ALTERED, seal, "the seal on row " + seal.row() + " is not the one that was made");
    }

    private void content(Seal seal, AuditRow row) {
        try {
            if (row.id() != seal.row() || !row.hash().equals(seal.rowHash())) {
                add(Finding.Kind.ALTERED, seal, "row " + seal.row() + " is not what was sealed");
            }
        } catch (ProtocolException e) {
            add(Finding.Kind.ALTERED, seal, "row " + seal.row() + " is not what was sealed: " + e.getMessage());
        }
        Instant known = newest;
        if (known != null && row.at().isBefore(known.minus(LATEST_COMMIT))) {
            add(
                    Finding.Kind.BACKDATED,
                    seal,
                    "row " + seal.row() + " says " + row.at() + "; it was sealed after rows as late as " + known);
        }
        // A clock that was ahead must not make all later rows look old: nothing is later than its own seal.
        Instant at = row.at().isAfter(seal.sealedAt()) ? seal.sealedAt() : row.at();
        if (known == null || at.isAfter(known)) {
            newest = at;
        }
    }

    private void compare(Seal seal) {
        for (Checkpoint known : checkpoints.getOrDefault(seal.position(), List.of())) {
            if (!known.hash().equals(seal.hash())) {
                add(
                        Finding.Kind.REWRITTEN,
                        seal,
                        "position " + seal.position() + " has another hash than in the checkpoint of " + known.at()
                                + ": something at or before it was removed or rewritten since");
            }
        }
    }

    private void add(Finding.Kind kind, Seal seal, String text) {
        found++;
        findings.accept(new Finding(kind, seal.position(), seal.row(), text));
    }
}
