package dev.muster.telemetry.streams;

import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a device is not as decided.
 *
 * @param targets names of drifted targets, of the last report
 * @param permissions {@code app permission} of what could not be put right, or does not stay so
 */
public record DriftRecord(List<String> targets, List<String> permissions) {
    /** All is as decided. */
    public static final DriftRecord NONE = new DriftRecord(List.of(), List.of());

    private static final int MOST = 32;

    /** Copies. */
    public DriftRecord {
        targets = List.copyOf(targets);
        permissions = List.copyOf(permissions);
    }

    /** Whether all is as decided. */
    public boolean isEmpty() {
        return targets.isEmpty() && permissions.isEmpty();
    }

    /** For people. */
    String text() {
        List<String> all = new ArrayList<>(targets);
        all.addAll(permissions);
        return String.join(", ", all);
    }

    /** After a report, which names all targets. */
    public DriftRecord with(ReportedState report) {
        return new DriftRecord(
                report.targets().stream()
                        .filter(target -> target.state() == ConditionState.DRIFTED)
                        .map(target -> target.name().text())
                        .limit(MOST)
                        .toList(),
                permissions);
    }

    /** After an event about one permission. */
    public DriftRecord with(PermissionEvent.Drift drift) {
        Set<String> next = new LinkedHashSet<>(permissions);
        String name = drift.app().bundle() + " " + drift.permission();
        if (drift.action().equals(PermissionEvent.Drift.RESTORED)) {
            next.remove(name);
        } else if (next.size() < MOST) {
            next.add(name);
        }
        return new DriftRecord(targets, List.copyOf(next));
    }

    byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("targets", targets);
        map.put("permissions", permissions);
        return JsonObject.write(map);
    }

    static DriftRecord fromJson(byte @Nullable [] json) {
        if (json == null) {
            return NONE;
        }
        JsonObject object = JsonObject.parse(json);
        return new DriftRecord(object.strings("targets"), object.strings("permissions"));
    }
}
