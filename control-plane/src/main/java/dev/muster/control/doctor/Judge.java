package dev.muster.control.doctor;

import dev.muster.control.doctor.Finding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Decides what is well. Pure: everything it knows it is told. */
final class Judge {
    /** Devices refuse nothing over so little, people see it in lists. */
    static final Duration CLOCK_WARN = Duration.ofSeconds(2);

    /** Tokens are refused beyond the leeway for them, 10 s by default. */
    static final Duration CLOCK_FAIL = Duration.ofSeconds(10);

    static final long SPACE_FAIL = 512L << 20;
    static final long SPACE_WARN = 2L << 30;

    /** So much is enough on a volume of any size. */
    static final long SPACE_PLENTY = 50L << 30;

    /** What a server holds open beside the connections of devices: its jars, pools, Kafka, log, uploads. */
    static final long OWN_DESCRIPTORS = 1_024;

    static final Duration OUTBOX_WARN = Duration.ofMinutes(1);
    static final Duration OUTBOX_FAIL = Duration.ofMinutes(10);
    static final long LAG_WARN = 50_000;

    private Judge() {}

    static Finding ending(Facts.Ending thing, Instant now) {
        Duration left = Duration.between(now, thing.ends());
        String expected = "more than " + days(thing.warn()) + " left";
        if (left.isNegative() || left.isZero()) {
            return new Finding(
                    thing.id(),
                    State.FAILING,
                    thing.what() + " ended at " + thing.ends() + ", " + days(left.negated()) + " ago",
                    expected,
                    thing.advice());
        }
        String found = thing.what() + " ends at " + thing.ends() + ", " + days(left) + " left";
        if (left.compareTo(thing.warn()) > 0) {
            return Finding.ok(thing.id(), found, expected);
        }
        State state = left.compareTo(thing.fail()) > 0 ? State.WARNING : State.FAILING;
        return new Finding(thing.id(), state, found, expected, thing.advice());
    }

    static Finding space(Facts.Space space) {
        long percent = space.total() <= 0 ? 0 : space.free() * 100 / space.total();
        String found =
                bytes(space.free()) + " of " + bytes(space.total()) + " free (" + percent + " %) for " + space.what();
        String expected = bytes(SPACE_WARN) + " and a tenth, or " + bytes(SPACE_PLENTY);
        if (space.free() < SPACE_FAIL) {
            return new Finding(space.id(), State.FAILING, found, expected, moreSpace(space));
        }
        boolean little = space.free() < SPACE_WARN || (percent < 10 && space.free() < SPACE_PLENTY);
        return little
                ? new Finding(space.id(), State.WARNING, found, expected, moreSpace(space))
                : Finding.ok(space.id(), found, expected);
    }

    private static String moreSpace(Facts.Space space) {
        return "make room for " + space.what()
                + " or enlarge its volume; what nothing needs any more goes by itself after"
                + " `muster.artifacts.gc.grace`";
    }

    static Finding descriptors(Facts.Descriptors files) {
        long needed = files.devices() + OWN_DESCRIPTORS;
        String found = files.open() + " open, at most " + files.most()
                + (files.devices() > 0 ? ", for up to " + files.devices() + " devices" : "");
        String expected = "a limit of " + needed + " or more, less than four fifths of it open";
        String advice =
                "raise the limit of open files (`LimitNOFILE` of the unit, `ulimit -n`, the runtime's of a container) to "
                        + Math.max(needed, 65_536) + " and start the server again";
        if (files.most() <= 0) {
            return Finding.unknown("descriptors", "this system does not say", expected, "look with `ulimit -n`");
        }
        if (files.open() * 20 >= files.most() * 19) {
            return new Finding("descriptors", State.FAILING, found, expected, advice);
        }
        return files.most() < needed || files.open() * 5 >= files.most() * 4
                ? new Finding("descriptors", State.WARNING, found, expected, advice)
                : Finding.ok("descriptors", found, expected);
    }

    static Finding heap(Facts.Heap heap) {
        long percent = heap.most() <= 0 ? 0 : heap.live() * 100 / heap.most();
        String found = bytes(heap.live()) + " of " + bytes(heap.most()) + " in use after the last collection ("
                + percent + " %)";
        String expected = "less than 85 %";
        String advice =
                "give the server more memory (`-Xmx`) or spread its roles over more instances (docs/guides/sizing.md)";
        if (percent >= 85) {
            return new Finding("memory", percent >= 95 ? State.FAILING : State.WARNING, found, expected, advice);
        }
        return Finding.ok("memory", found, expected);
    }

    static Finding clock(Facts.Offset offset) {
        Duration apart = offset.ahead().abs();
        // As far as it is certain.
        Duration sure = apart.minus(offset.doubt());
        String found = "the clock of " + offset.whose() + " is " + seconds(apart)
                + (offset.ahead().isNegative() ? " behind" : " ahead of") + " this server's, give or take "
                + seconds(offset.doubt());
        String expected = "less than " + seconds(CLOCK_WARN) + " apart";
        if (sure.compareTo(CLOCK_WARN) <= 0) {
            return Finding.ok(offset.id(), found, expected);
        }
        return new Finding(
                offset.id(),
                sure.compareTo(CLOCK_FAIL) > 0 ? State.FAILING : State.WARNING,
                found,
                expected,
                "let both follow the same time servers (chrony, systemd-timesyncd): `timedatectl` on each says whether they do");
    }

    static Finding outbox(Facts.Waiting outbox) {
        String found = outbox.rows() == 0
                ? "nothing waits"
                : outbox.rows() + " rows wait for Kafka, the oldest for " + span(outbox.oldest());
        String expected = "none older than " + span(OUTBOX_WARN);
        if (outbox.oldest().compareTo(OUTBOX_WARN) <= 0) {
            return Finding.ok("outbox", found, expected);
        }
        return new Finding(
                "outbox",
                outbox.oldest().compareTo(OUTBOX_FAIL) > 0 ? State.FAILING : State.WARNING,
                found,
                expected,
                "devices and gateways do not hear of changes: see that Kafka is well and that an instance has the role `worker`;"
                        + " the server's log says what the relay meets");
    }

    static Finding lag(Facts.Behind behind) {
        String id = "lag/" + behind.group();
        String found = behind.records() + " records not read yet";
        String expected = "at most " + LAG_WARN;
        return behind.records() <= LAG_WARN
                ? Finding.ok(id, found, expected)
                : new Finding(
                        id,
                        State.WARNING,
                        found,
                        expected,
                        "it reads more slowly than is sent: see that an instance with its role runs, then add one"
                                + " (docs/guides/sizing.md)");
    }

    /** Something that was asked and answered well, or did not answer. */
    static Finding answered(String id, String what, String detail) {
        return Finding.ok(id, what + ": " + detail, "an answer");
    }

    static Finding silent(String id, String what, String why, String advice) {
        return new Finding(id, State.FAILING, what + ": " + why, "an answer", advice);
    }

    private static String days(Duration span) {
        return span.toDays() >= 2 ? span.toDays() + " days" : span(span);
    }

    private static String span(Duration span) {
        if (span.toHours() >= 2) {
            return span.toHours() + " hours";
        }
        return span.toMinutes() >= 2 ? span.toMinutes() + " minutes" : Math.max(0, span.toSeconds()) + " seconds";
    }

    private static String seconds(Duration span) {
        return span.toSeconds() >= 120 ? span(span) : String.format(Locale.ROOT, "%.1f s", span.toMillis() / 1_000.0);
    }

    static String bytes(long count) {
        if (count >= 1L << 30) {
            return String.format(Locale.ROOT, "%.1f GiB", count / (double) (1L << 30));
        }
        return (count >> 20) + " MiB";
    }
}
