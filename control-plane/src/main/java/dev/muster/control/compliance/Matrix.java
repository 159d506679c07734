package dev.muster.control.compliance;

import dev.muster.control.explain.Explained;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the apps of a device may do, each cell with why and how far it binds: the answer of
 * {@code GET /devices/{id}/permissions}.
 *
 * @param policyVersion in force as the device told; null for none
 * @param wantedVersion meant for it; null for none
 * @param lease {@code holds} or how it ended; null where the device does not say
 * @param situation what the device said holds of all that its policy asks about the moment; null where it is not known
 * @param state of compliance; null for a retired device
 */
public record Matrix(
        String device,
        @Nullable Long policyVersion,
        @Nullable Long wantedVersion,
        @Nullable String lease,
        @Nullable String state,
        @Nullable String note,
        Explained.@Nullable Told situation,
        List<App> apps) {
    public Matrix {
        apps = List.copyOf(apps);
    }

    /** One app instance with the permissions it requests. */
    public record App(String bundle, int user, int instance, List<Cell> permissions) {
        public App {
            permissions = List.copyOf(permissions);
        }
    }

    /**
     * One answer.
     *
     * @param levelText the whole truth: never "denied" for what the OS still grants
     * @param conditional whether a condition has a say
     * @param lastUsed when it was last asked for; null for never, as far as counts reach
     */
    public record Cell(
            String permission,
            boolean granted,
            String reason,
            String detail,
            Explained.@Nullable NamedRule rule,
            String level,
            String levelText,
            String levelSource,
            @Nullable String mechanism,
            Explained.@Nullable Deviation drift,
            @Nullable Instant lastUsed,
            boolean conditional) {}
}
