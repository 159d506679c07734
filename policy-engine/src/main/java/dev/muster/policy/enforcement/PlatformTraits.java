package dev.muster.policy.enforcement;

import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionDefinition;

/**
 * What a device's platform can do about a decision.
 *
 * @param platform kind of operating system
 * @param privilegedHelper whether Muster's native helper is built into the image
 * @param debugBuild whether {@code atm perm} may change apps
 */
public record PlatformTraits(Platform platform, boolean privilegedHelper, boolean debugBuild) {
    /** Kinds of platform. */
    public enum Platform {
        LINUX,
        SIMULATED,
        OPENHARMONY
    }

    public static final PlatformTraits LINUX = new PlatformTraits(Platform.LINUX, false, false);
    public static final PlatformTraits SIMULATED = new PlatformTraits(Platform.SIMULATED, false, false);

    /** The level that a decision about this permission will have, known before it is rolled out. */
    public Enforcement predict(PermissionDefinition permission) {
        return switch (platform) {
            case LINUX, SIMULATED -> new Enforcement.AtVerify();
            case OPENHARMONY -> onOpenHarmony(permission);
        };
    }

    // facts: release builds refuse changes of system-fixed entries, and `atm perm` changes debug apps only.
    private Enforcement onOpenHarmony(PermissionDefinition permission) {
        if (privilegedHelper && permission.availableLevel() != dev.muster.policy.permission.Apl.SYSTEM_CORE) {
            return new Enforcement.ByOs(Enforcement.Mechanism.PRIVILEGED_HELPER);
        }
        if (permission.grantMode() == GrantMode.SYSTEM_GRANT) {
            return new Enforcement.ObservedOnly("the OS grants it at install and fixes it");
        }
        if (debugBuild) {
            return new Enforcement.ByOs(Enforcement.Mechanism.ATM_COMMAND);
        }
        return new Enforcement.ObservedOnly("a release build without Muster's helper does not let it change");
    }
}
