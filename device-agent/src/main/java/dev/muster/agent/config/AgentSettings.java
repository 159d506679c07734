package dev.muster.agent.config;

import dev.muster.agent.store.WatchedFile;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of the settings document in force is for the agent itself: its member {@code agent}. Read again when the document
 * changes; a value that cannot be read counts as not set. Thread-safe.
 *
 * <pre>{@code
 * {"agent": {"sampleSeconds": 30, "usageMinutes": 15, "revokeWindow": {"from": "22:00", "to": "04:00"},
 *            "install": {"power": "battery", "batteryPercent": 30},
 *            "download": {"bytesPerSecond": 65536, "minBytesPerSecond": 1024}}}
 * }</pre>
 */
public final class AgentSettings {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_USAGE_MINUTES = 1440;
    private static final int MAX_SAMPLE_SECONDS = 3600;
    private static final long LEAST_CAP = 1024;
    private static final long MOST_CAP = 1 << 30;
    private static final int MOST_PROCESSES = 16;
    private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");
    private static final int USUAL_REPLAY = 50;
    private static final int MOST_REPLAY = 1_000;
    private static final long MOST_FLOOR = 1 << 20;
    private static final Pattern CLOCK = Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])");

    private final WatchedFile file;
    private volatile Read read = NOTHING;

    private static final Read NOTHING = nothing(-1);

    private record Read(
            long version,
            Optional<Duration> sample,
            Optional<Duration> usage,
            Optional<Window> window,
            Optional<PowerRule> power,
            TransferLimits transfers,
            int replay,
            List<String> processes,
            Optional<JsonObject> whole) {}

    private static Read nothing(long version) {
        return new Read(
                version,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                TransferLimits.DEFAULT,
                USUAL_REPLAY,
                List.of(),
                Optional.empty());
    }

    /** A daily window of local time, minutes of the day; over midnight where {@code from} is not below {@code to}. */
    public record Window(int from, int to) {
        /** Whether the minute of the local day lies in it. */
        public boolean isOpen(int minute) {
            return from < to ? minute >= from && minute < to : minute >= from || minute < to;
        }
    }

    /** Settings in {@code file}, which need not be there. */
    public AgentSettings(Path file, LongSupplier nanos) {
        this.file = new WatchedFile(file, MAX_BYTES, nanos);
    }

    /** {@code sampleSeconds}: how often telemetry is taken, 1 second to an hour. */
    public Optional<Duration> sampleInterval() {
        return refresh().sample;
    }

    /** {@code usageMinutes}: how often counts of use are sent, 1 minute to a day. */
    public Optional<Duration> usageInterval() {
        return refresh().usage;
    }

    /** {@code revokeWindow}: when a revoke may end running processes; at any time where it is not set. */
    public Optional<Window> revokeWindow() {
        return refresh().window;
    }

    /** {@code install.power}, {@code install.batteryPercent}: what a switch to an image or an app needs. */
    public Optional<PowerRule> installPower() {
        return refresh().power;
    }

    /** {@code download.bytesPerSecond}, {@code download.minBytesPerSecond}: 1 KiB to 1 GiB, and 0 to 1 MiB. */
    public TransferLimits transferLimits() {
        return refresh().transfers;
    }

    /** {@code replayPerSecond}: how many messages that waited follow each second, 1 to 1000; 50 where it is not set. */
    public int replayPerSecond() {
        return refresh().replay;
    }

    /** {@code processes}: names of programs whose processes are measured, at most 16. */
    public List<String> processes() {
        return refresh().processes;
    }

    /** {@code log}: where the agent's own lines go. */
    public Optional<LogTarget> log() {
        return whole().flatMap(agent ->
                agent.members().get("log") instanceof String word ? LogTarget.find(word) : Optional.empty());
    }

    /** The member {@code agent} as a whole, for what reads a part of its own; empty where there is none. */
    public Optional<JsonObject> whole() {
        return refresh().whole;
    }

    private Read refresh() {
        WatchedFile.Reading reading = file.read();
        Read last = read;
        if (last.version() != reading.version()) {
            last = parse(reading);
            read = last;
        }
        return last;
    }

    private static Read parse(WatchedFile.Reading reading) {
        try {
            Optional<JsonObject> agent =
                    reading.content().map(JsonObject::parse).flatMap(json -> json.optionalObject("agent"));
            return new Read(
                    reading.version(),
                    agent.flatMap(json -> json.optionalNumber("sampleSeconds"))
                            .filter(seconds -> seconds >= 1 && seconds <= MAX_SAMPLE_SECONDS)
                            .map(Duration::ofSeconds),
                    agent.flatMap(json -> json.optionalNumber("usageMinutes"))
                            .filter(minutes -> minutes >= 1 && minutes <= MAX_USAGE_MINUTES)
                            .map(Duration::ofMinutes),
                    agent.flatMap(json -> json.optionalObject("revokeWindow"))
                            .map(json -> new Window(minute(json, "from"), minute(json, "to"))),
                    agent.flatMap(json -> json.optionalObject("install")).map(AgentSettings::power),
                    agent.flatMap(json -> json.optionalObject("download"))
                            .map(AgentSettings::transfers)
                            .orElse(TransferLimits.DEFAULT),
                    agent.flatMap(json -> json.optionalNumber("replayPerSecond"))
                            .filter(count -> count >= 1 && count <= MOST_REPLAY)
                            .map(Long::intValue)
                            .orElse(USUAL_REPLAY),
                    agent.map(json -> json.strings("processes").stream()
                                    .filter(name -> PROGRAM.matcher(name).matches())
                                    .distinct()
                                    .limit(MOST_PROCESSES)
                                    .toList())
                            .orElse(List.of()),
                    agent);
        } catch (ProtocolException | IllegalArgumentException e) {
            return nothing(reading.version());
        }
    }

    private static PowerRule power(JsonObject install) {
        return new PowerRule(
                install.optionalString("power").map(PowerRule.Need::parse).orElse(PowerRule.DEFAULT.need()),
                install.optionalNumber("batteryPercent")
                        .map(value -> (int) Math.clamp(value, 0L, Integer.MAX_VALUE))
                        .orElse(PowerRule.DEFAULT.percent()));
    }

    private static TransferLimits transfers(JsonObject download) {
        TransferLimits usual = TransferLimits.DEFAULT;
        return usual.with(
                download.optionalNumber("bytesPerSecond")
                        .filter(value -> value >= LEAST_CAP && value <= MOST_CAP)
                        .orElse(usual.mostPerSecond()),
                download.optionalNumber("minBytesPerSecond")
                        .filter(value -> value >= 0 && value <= MOST_FLOOR)
                        .orElse(usual.leastPerSecond()));
    }

    private static int minute(JsonObject json, String name) {
        Matcher clock = CLOCK.matcher(json.string(name));
        if (!clock.matches()) {
            throw new ProtocolException("expected a time of day at `" + name + "`, found `" + json.string(name) + "`");
        }
        return Integer.parseInt(clock.group(1)) * 60 + Integer.parseInt(clock.group(2));
    }
}
