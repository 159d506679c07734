package dev.muster.protocol.help;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which remote help a device accepts: member {@code remoteHelp} of its settings, which are signed, so that whoever took a
 * server session over cannot open a device that was not opened by them. Nothing at all where it is absent.
 *
 * <pre>{@code
 * {"remoteHelp": {"until": "2026-12-01T18:00:00Z", "kinds": ["terminal", "get"], "paths": ["/var/log"],
 *                 "forward": ["127.0.0.1:8080"], "bytesPerSecond": 262144}}
 * }</pre>
 *
 * @param until by device time; nothing from then on
 * @param paths folders below which files may be read and written; needed for both
 * @param forward addresses, {@code host:port}, each spelled as it is asked for
 * @param bytesPerSecond that the device sends at most
 */
public record HelpAllow(
        Instant until, Set<HelpKind> kinds, List<String> paths, Set<String> forward, long bytesPerSecond) {
    /** Nothing: what holds without settings, and with ones that cannot be read. */
    public static final HelpAllow NOTHING = new HelpAllow(Instant.MIN, Set.of(), List.of(), Set.of(), 1);

    private static final long DEFAULT_RATE = 256 << 10;
    private static final long LEAST_RATE = 1 << 10;
    private static final long MOST_RATE = 16 << 20;

    public HelpAllow {
        kinds = Set.copyOf(kinds);
        paths = List.copyOf(paths);
        forward = Set.copyOf(forward);
    }

    /** What a settings document allows. Fails closed: what is there and cannot be read is a {@link ProtocolException}. */
    public static HelpAllow in(JsonObject settings) {
        if (!settings.has("remoteHelp")) {
            return NOTHING;
        }
        JsonObject help = settings.object("remoteHelp");
        Set<HelpKind> kinds = new HashSet<>();
        help.strings("kinds").forEach(word -> kinds.add(HelpKind.parse(word)));
        long rate = help.optionalNumber("bytesPerSecond").orElse(DEFAULT_RATE);
        if (rate < LEAST_RATE || rate > MOST_RATE) {
            throw new ProtocolException(
                    "expected `remoteHelp.bytesPerSecond` from " + LEAST_RATE + " to " + MOST_RATE + ", found " + rate);
        }
        return new HelpAllow(
                help.instant("until"),
                kinds,
                help.has("paths") ? help.strings("paths") : List.of(),
                help.has("forward") ? Set.copyOf(help.strings("forward")) : Set.of(),
                rate);
    }

    /** Why a session is not accepted, for people; empty if it is. Where files may lie is for whoever has the disk. */
    public Optional<String> refusal(HelpKind kind, String subject, Instant now) {
        if (kinds.isEmpty()) {
            return Optional.of("remote help is off on this device: its signed settings do not allow it");
        }
        if (!now.isBefore(until)) {
            return Optional.of("remote help was allowed on this device until " + until);
        }
        if (!kinds.contains(kind)) {
            return Optional.of("`" + kind.text() + "` is not among what the signed settings of this device allow");
        }
        return switch (kind) {
            case TERMINAL -> Optional.empty();
            case GET, PUT ->
                paths.isEmpty()
                        ? Optional.of("the signed settings of this device name no `paths` for files")
                        : Optional.empty();
            case FORWARD ->
                forward.contains(subject)
                        ? Optional.empty()
                        : Optional.of("`" + subject + "` is not among the addresses that the signed settings allow");
        };
    }
}
