package dev.muster.protocol.desired;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The next maintenance window of each target that needs one, counted from the moment of the answer: the device needs no clock and
 * no time zone, and goes on by itself when the link is lost meanwhile. Answer of {@code GET /device/v1/install-leases}.
 */
public record InstallLeases(Map<String, Window> windows) {
    public InstallLeases {
        windows = Map.copyOf(windows);
    }

    /**
     * A window.
     *
     * @param opensIn zero where it is open
     * @param lasts from its opening, or from now where it is open, to its end
     */
    public record Window(Duration opensIn, Duration lasts) {
        public Window {
            if (opensIn.isNegative() || lasts.isNegative()) {
                throw new ProtocolException("expected durations of at least 0, found " + opensIn + " and " + lasts);
            }
        }
    }

    /** That of a target; empty where the server has none for it. */
    public Optional<Window> of(TargetName target) {
        return Optional.ofNullable(windows.get(target.text()));
    }

    /** The JSON. */
    public byte[] toJson() {
        List<Map<String, Object>> leases = windows.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> {
                    Map<String, Object> map = new LinkedHashMap<>();
                    map.put("target", entry.getKey());
                    map.put("opensInSeconds", entry.getValue().opensIn().toSeconds());
                    map.put("forSeconds", entry.getValue().lasts().toSeconds());
                    return map;
                })
                .toList();
        return JsonObject.write(Map.of("leases", leases));
    }

    /** Reads {@link #toJson}; of two windows for one target the first counts. */
    public static InstallLeases fromJson(byte[] json) {
        return new InstallLeases(JsonObject.parse(json).objects("leases", InstallLeases::lease).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, second) -> first)));
    }

    private static Map.Entry<String, Window> lease(JsonObject object) {
        return Map.entry(
                object.string("target"),
                new Window(
                        Duration.ofSeconds(object.number("opensInSeconds")),
                        Duration.ofSeconds(object.number("forSeconds"))));
    }
}
