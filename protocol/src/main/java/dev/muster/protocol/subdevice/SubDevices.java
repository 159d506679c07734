package dev.muster.protocol.subdevice;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Names of sub-devices, and the two messages of {@code POST /device/v1/children}. */
public final class SubDevices {
    /** Most of one gateway. */
    public static final int MOST = 128;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    // A sub-device's topics lie one level below those of its gateway; these levels are the gateway's own.
    private static final Set<String> TAKEN = Set.of("desired", "reported", "command", "event", "telemetry");

    private SubDevices() {}

    /** {@code name} if a sub-device can have it. */
    public static String name(String name) {
        if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
            throw new ProtocolException("expected a name of a-z, A-Z, 0-9, '.', '_', '-', at most 64, other than "
                    + String.join(", ", TAKEN.stream().sorted().toList()) + ", found `" + name + "`");
        }
        return name;
    }

    /** The sub-device {@code name} of {@code gateway}. */
    public static DeviceRef of(DeviceRef gateway, String name) {
        return new DeviceRef(gateway.tenant(), new DeviceId(gateway.device().value() + "/" + name(name)));
    }

    /**
     * One that a driver found.
     *
     * @param hardware what images are made for
     */
    public record Found(String name, String driver, String hardware, Map<String, String> facts) {
        public Found {
            SubDevices.name(name);
            facts = Map.copyOf(facts);
        }
    }

    /** Device to server: all that its drivers find now. */
    public record Report(List<Found> children) {
        public Report {
            children = List.copyOf(children);
            if (children.size() > MOST) {
                throw new ProtocolException("expected at most " + MOST + " sub-devices, found " + children.size());
            }
        }

        public byte[] toJson() {
            return JsonObject.write(Map.of(
                    "children",
                    children.stream()
                            .map(child -> {
                                Map<String, Object> map = new LinkedHashMap<>();
                                map.put("name", child.name());
                                map.put("driver", child.driver());
                                map.put("hardware", child.hardware());
                                map.put("facts", new TreeMap<>(child.facts()));
                                return map;
                            })
                            .toList()));
        }

        public static Report fromJson(byte[] json) {
            return new Report(JsonObject.parse(json)
                    .objects(
                            "children",
                            child -> new Found(
                                    child.string("name"),
                                    child.string("driver"),
                                    child.string("hardware"),
                                    child.stringMap("facts"))));
        }
    }

    /**
     * One that the server knows.
     *
     * @param admitted whether it is a device that may have documents now
     * @param generation of its desired state
     */
    public record Known(String name, boolean admitted, long generation) {}

    /** Server to device: the answer. */
    public record Answer(List<Known> children) {
        public Answer {
            children = List.copyOf(children);
        }

        public byte[] toJson() {
            return JsonObject.write(Map.of(
                    "children",
                    children.stream()
                            .map(child -> {
                                Map<String, Object> map = new LinkedHashMap<>();
                                map.put("name", child.name());
                                map.put("admitted", child.admitted());
                                map.put("generation", child.generation());
                                return map;
                            })
                            .toList()));
        }

        public static Answer fromJson(byte[] json) {
            return new Answer(JsonObject.parse(json)
                    .objects(
                            "children",
                            child -> new Known(
                                    child.string("name"),
                                    child.optionalFlag("admitted").orElse(false),
                                    child.number("generation"))));
        }
    }
}
