package dev.muster.agent.platform;

import dev.muster.policy.condition.Situation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What Linux itself knows of the moment, beside what {@code situation.json} says: the interface that carries the default
 * route as the network, and {@code charging} or {@code on-battery} as states where a battery is. Looked at every ten seconds,
 * and at the clock once a minute: a fleet of idle machines reads these files all day.
 * Thread-safe.
 */
final class LinuxSituation {
    private static final long FRESH_NANOS = 10_000_000_000L;
    private static final long CLOCK_FRESH_NANOS = 60_000_000_000L;
    /** A clock that agrees so closely with a battery-backed one was set by it, or set it. */
    private static final long AGREEMENT_SECONDS = 120;

    private static final int DEFAULT_ROUTE_FIELDS = 8;

    private final Path system;
    private final SituationFile file;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private @Nullable Seen seen;
    private @Nullable SeenClock seenClock;

    private record Seen(long at, Optional<String> network, NavigableSet<String> states, Power power) {}

    private record SeenClock(long at, boolean set) {}

    LinuxSituation(Path system, Path file, InstantSource clock, LongSupplier nanos) {
        this.system = system;
        this.file = new SituationFile(file, nanos);
        this.clock = clock;
        this.nanos = nanos;
    }

    Situation at(Instant now) {
        Situation told = file.at(now);
        Seen own = look();
        NavigableSet<String> states = new TreeSet<>(told.states());
        states.addAll(own.states);
        return new Situation(
                now,
                told.position(),
                told.locationTags(),
                told.groups(),
                states,
                told.network().or(own::network));
    }

    /**
     * Whether the system clock is known to be set: the site says so; or systemd's time synchronisation does; or a
     * battery-backed clock agrees with it. A machine without any clock of its own that is no board with a device tree,
     * such as a container, shares the clock of a host that has one.
     */
    boolean clockIsSet() {
        return file.clockSet().orElseGet(this::ownClockIsSet);
    }

    /** What the site says the machine runs on, or else the kernel does. */
    Power power(Instant now) {
        return file.power(now).orElseGet(() -> look().power);
    }

    Optional<String> problem() {
        return file.problem();
    }

    private synchronized Seen look() {
        long now = nanos.getAsLong();
        if (seen == null || now - seen.at >= FRESH_NANOS) {
            seen = new Seen(
                    now, defaultInterface(), powerStates(), LinuxPower.read(system.resolve("sys/class/power_supply")));
        }
        return seen;
    }

    private synchronized boolean ownClockIsSet() {
        long now = nanos.getAsLong();
        // A clock that is not set yet may be at any moment, and much waits for it.
        if (seenClock == null || now - seenClock.at >= (seenClock.set ? CLOCK_FRESH_NANOS : FRESH_NANOS)) {
            seenClock = new SeenClock(now, systemClockIsSet());
        }
        return seenClock.set;
    }

    // proc(5), /proc/net/route: Iface Destination Gateway Flags RefCnt Use Metric Mask ...; all zero is the default.
    private Optional<String> defaultInterface() {
        String best = "";
        long bestMetric = Long.MAX_VALUE;
        for (String line : text("proc/net/route").orElse("").split("\n", -1)) {
            String[] fields = line.trim().split("\\s+", -1);
            if (fields.length >= DEFAULT_ROUTE_FIELDS
                    && fields[1].equals("00000000")
                    && fields[7].equals("00000000")
                    && fields[6].matches("[0-9]{1,9}")
                    && Long.parseLong(fields[6]) < bestMetric) {
                best = fields[0];
                bestMetric = Long.parseLong(fields[6]);
            }
        }
        return best.isEmpty() || best.length() > 63 ? Optional.empty() : Optional.of(best);
    }

    private NavigableSet<String> powerStates() {
        NavigableSet<String> states = new TreeSet<>();
        for (Path supply : list("sys/class/power_supply")) {
            if (text(supply.resolve("type")).orElse("").trim().equals("Battery")) {
                switch (text(supply.resolve("status")).orElse("").trim()) {
                    case "Charging", "Full" -> states.add("charging");
                    case "Discharging" -> states.add("on-battery");
                    default -> {
                        // "Unknown" and the like: not known is not there.
                    }
                }
            }
        }
        return states;
    }

    private boolean systemClockIsSet() {
        if (Files.exists(system.resolve("run/systemd/timesync/synchronized"))) {
            return true;
        }
        List<Path> clocks = list("sys/class/rtc");
        if (clocks.isEmpty()) {
            return !Files.exists(system.resolve("proc/device-tree"));
        }
        long now = clock.instant().getEpochSecond();
        return clocks.stream()
                .map(rtc -> text(rtc.resolve("since_epoch")).orElse("").trim())
                .filter(value -> value.matches("[0-9]{1,12}"))
                .anyMatch(value -> Math.abs(Long.parseLong(value) - now) <= AGREEMENT_SECONDS);
    }

    private List<Path> list(String directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(system.resolve(directory))) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            // Not there: nothing of the kind on this machine.
        }
        return entries;
    }

    private Optional<String> text(String path) {
        return text(system.resolve(path));
    }

    private static Optional<String> text(Path file) {
        try (var in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(64 << 10), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
