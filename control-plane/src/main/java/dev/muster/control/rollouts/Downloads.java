package dev.muster.control.rollouts;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.protocol.desired.TargetName;
import java.util.Map;

/** How much devices have to load. Pure. */
final class Downloads {
    private Downloads() {}

    /** Bytes of the targets that differ from what the device was to hold before; what it holds already costs nothing. */
    static long bytes(Map<TargetName, DesiredContent> content, DesiredState before) {
        long bytes = 0;
        for (Map.Entry<TargetName, DesiredContent> entry : content.entrySet()) {
            boolean had = before.target(entry.getKey())
                    .map(DesiredTarget::content)
                    .filter(entry.getValue()::equals)
                    .isPresent();
            bytes += had ? 0 : bytes(entry.getValue());
        }
        return bytes;
    }

    /** Whether the device is to hold all of it already. */
    static boolean isHeld(Map<TargetName, DesiredContent> content, DesiredState state) {
        return content.entrySet().stream().allMatch(entry -> state.target(entry.getKey())
                .map(DesiredTarget::content)
                .filter(entry.getValue()::equals)
                .isPresent());
    }

    private static long bytes(DesiredContent content) {
        return switch (content) {
            case DesiredContent.Present present -> present.length();
            case DesiredContent.Absent absent -> 0;
        };
    }
}
