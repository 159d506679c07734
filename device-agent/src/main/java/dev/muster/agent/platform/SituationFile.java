package dev.muster.agent.platform;

import dev.muster.agent.store.WatchedFile;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.model.Zone;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * {@code situation.json}: what a site's integration knows of the moment and the device cannot, read again whenever it
 * changes. Every member may be absent:
 *
 * <pre>{@code
 * {"position": {"latitude": 51.5, "longitude": 7.4}, "locationTags": ["gate-3"], "groups": ["shift-a"],
 *  "states": ["docked"], "network": "plant", "power": {"source": "battery", "percent": 40},
 *  "validUntil": "2026-11-22T08:00:00Z", "clockSet": true}
 * }</pre>
 *
 * A file that cannot be read, or whose {@code validUntil} has passed, says nothing, and what is unknown grants nothing.
 * Thread-safe.
 */
final class SituationFile {
    private static final int MAX_BYTES = 16 << 10;
    private static final int MAX_WORDS = 64;
    private static final int MAX_WORD_CHARS = 63;

    private final WatchedFile file;
    private volatile Told told = new Told(
            -1, Situation.at(Instant.EPOCH), Optional.empty(), Instant.MAX, Optional.empty(), Optional.empty());

    /** One reading; {@code version} is that of the file's content. */
    private record Told(
            long version,
            Situation situation,
            Optional<Power> power,
            Instant validUntil,
            Optional<Boolean> clockSet,
            Optional<String> problem) {}

    SituationFile(Path file, LongSupplier nanos) {
        this.file = new WatchedFile(file, MAX_BYTES, nanos);
    }

    /** What the file says of {@code now}. */
    Situation at(Instant now) {
        Told last = refresh();
        return now.isBefore(last.validUntil) ? last.situation.withNow(now) : Situation.at(now);
    }

    /** What the file says the device runs on at {@code now}. */
    Optional<Power> power(Instant now) {
        Told last = refresh();
        return now.isBefore(last.validUntil) ? last.power : Optional.empty();
    }

    /** Whether the file says that the system clock is set, or is not. */
    Optional<Boolean> clockSet() {
        return refresh().clockSet;
    }

    /** What is wrong with the file. */
    Optional<String> problem() {
        return refresh().problem;
    }

    private Told refresh() {
        WatchedFile.Reading reading = file.read();
        Told last = told;
        if (last.version != reading.version()) {
            last = parse(reading);
            told = last;
        }
        return last;
    }

    private static Told parse(WatchedFile.Reading reading) {
        try {
            return reading.content()
                    .map(bytes -> parse(bytes, reading.version()))
                    .orElseGet(() -> nothing(reading, null));
        } catch (ProtocolException | IllegalArgumentException e) {
            return nothing(reading, e.getMessage());
        }
    }

    private static Told nothing(WatchedFile.Reading reading, @org.jspecify.annotations.Nullable String problem) {
        return new Told(
                reading.version(),
                Situation.at(Instant.EPOCH),
                Optional.empty(),
                Instant.MAX,
                Optional.empty(),
                Optional.ofNullable(problem));
    }

    private static Told parse(byte[] bytes, long version) {
        JsonObject json = JsonObject.parse(bytes);
        Situation situation = new Situation(
                Instant.EPOCH,
                json.optionalObject("position").map(SituationFile::point),
                words(json, "locationTags"),
                words(json, "groups"),
                words(json, "states"),
                json.optionalString("network").map(word -> checked("network", word)));
        return new Told(
                version,
                situation,
                json.optionalObject("power").map(SituationFile::power),
                json.optionalInstant("validUntil").orElse(Instant.MAX),
                json.optionalFlag("clockSet"),
                Optional.empty());
    }

    private static Power power(JsonObject json) {
        Optional<Integer> percent =
                json.optionalNumber("percent").map(value -> (int) Math.clamp(value, -1L, Integer.MAX_VALUE));
        return switch (json.string("source")) {
            case "mains" -> new Power(true, percent);
            case "battery" -> Power.battery(percent);
            case String other ->
                throw new ProtocolException("expected `mains` or `battery` at `power.source`, found `" + other + "`");
        };
    }

    private static Zone.Point point(JsonObject json) {
        return new Zone.Point(degrees(json, "latitude"), degrees(json, "longitude"));
    }

    private static double degrees(JsonObject json, String name) {
        return json.optionalDecimal(name)
                .orElseThrow(
                        () -> new ProtocolException("expected a number at `position." + name + "`, found nothing"));
    }

    private static NavigableSet<String> words(JsonObject json, String name) {
        NavigableSet<String> words = new TreeSet<>();
        json.strings(name).forEach(word -> words.add(checked(name, word)));
        if (words.size() > MAX_WORDS) {
            throw new ProtocolException(
                    "expected at most " + MAX_WORDS + " words at `" + name + "`, found " + words.size());
        }
        return words;
    }

    private static String checked(String name, String word) {
        if (word.isEmpty() || word.length() > MAX_WORD_CHARS) {
            throw new ProtocolException("expected words of 1 to " + MAX_WORD_CHARS + " characters at `" + name
                    + "`, found one of " + word.length());
        }
        return word;
    }
}
