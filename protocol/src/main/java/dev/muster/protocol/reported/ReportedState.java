package dev.muster.protocol.reported;

import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the device says it is, whole: every report replaces the one before.
 *
 * @param generation of the desired state the device has seen and verified; 0 before the first
 * @param facts attributes of the device, such as {@code os.version}; empty when unchanged since the last report
 * @param targets one condition per target the device knows; those with a name that this version does not know are left
 *     out when read
 */
public record ReportedState(long generation, Map<String, String> facts, List<TargetCondition> targets) {
    public ReportedState {
        facts = Map.copyOf(facts);
        targets = List.copyOf(targets);
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("generation", generation);
        if (!facts.isEmpty()) {
            map.put("facts", new java.util.TreeMap<>(facts));
        }
        map.put("targets", targets.stream().map(TargetCondition::toMap).toList());
        return JsonObject.write(map);
    }

    public static ReportedState fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new ReportedState(
                object.number("generation"),
                object.stringMap("facts"),
                object.objects("targets", TargetCondition::find).stream()
                        .flatMap(Optional::stream)
                        .toList());
    }
}
