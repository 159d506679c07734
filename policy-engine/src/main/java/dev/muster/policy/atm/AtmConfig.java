package dev.muster.policy.atm;

import dev.muster.policy.permission.PermissionCatalog;
import java.util.Map;
import java.util.Set;

/**
 * Settings of an {@link Atm}.
 *
 * @param catalog what is defined; everything else is undefined
 * @param enterpriseNormalCheck whether the rule for ENTERPRISE_NORMAL permissions refuses installs; off on most devices
 * @param sandboxModes modes of permissions; {@link SandboxMode#ALL} where not named
 * @param shortGrantMaxTotalSeconds how long timed grants may last in all, from the first
 * @param userPolicies whether the build has user policies at all
 * @param deviceFeatures features the device has; a system app loses requests that name another
 * @param toolCommands commands a tool may run for an app, with the permissions each needs
 * @param strict where OpenHarmony leaves a hole, close it; see {@link Strict}
 */
public record AtmConfig(
        PermissionCatalog catalog,
        boolean enterpriseNormalCheck,
        Map<String, SandboxMode> sandboxModes,
        int shortGrantMaxTotalSeconds,
        boolean userPolicies,
        Set<String> deviceFeatures,
        Map<String, Set<String>> toolCommands,
        Strict strict) {
    public AtmConfig {
        sandboxModes = Map.copyOf(sandboxModes);
        deviceFeatures = Set.copyOf(deviceFeatures);
        toolCommands = Map.copyOf(toolCommands);
    }

    /** OpenHarmony's behaviour and defaults. */
    public static AtmConfig of(PermissionCatalog catalog) {
        return new AtmConfig(catalog, false, Map.of(), 1800, true, Set.of(), Map.of(), Strict.OFF);
    }

    public AtmConfig withSandboxModes(Map<String, SandboxMode> modes) {
        return new AtmConfig(
                catalog,
                enterpriseNormalCheck,
                modes,
                shortGrantMaxTotalSeconds,
                userPolicies,
                deviceFeatures,
                toolCommands,
                strict);
    }

    public AtmConfig withUserPolicies(boolean on) {
        return new AtmConfig(
                catalog,
                enterpriseNormalCheck,
                sandboxModes,
                shortGrantMaxTotalSeconds,
                on,
                deviceFeatures,
                toolCommands,
                strict);
    }

    public AtmConfig withDeviceFeatures(Set<String> features) {
        return new AtmConfig(
                catalog,
                enterpriseNormalCheck,
                sandboxModes,
                shortGrantMaxTotalSeconds,
                userPolicies,
                features,
                toolCommands,
                strict);
    }

    public AtmConfig withToolCommands(Map<String, Set<String>> commands) {
        return new AtmConfig(
                catalog,
                enterpriseNormalCheck,
                sandboxModes,
                shortGrantMaxTotalSeconds,
                userPolicies,
                deviceFeatures,
                commands,
                strict);
    }

    public AtmConfig withStrict(Strict switches) {
        return new AtmConfig(
                catalog,
                enterpriseNormalCheck,
                sandboxModes,
                shortGrantMaxTotalSeconds,
                userPolicies,
                deviceFeatures,
                toolCommands,
                switches);
    }

    /**
     * Muster's own, stricter admission, each off in ATM mode.
     *
     * @param remoteAdmission a state of a remote token is taken over only when the permission is defined, not for services
     *     only, meant for use across devices and within the level (APL) the token was sent with, and its flags are valid;
     *     the component flag is not taken over. ATM copies what it is sent
     * @param adminListsAtomic an administrator's list is applied whole or not at all. ATM stops at the first error and
     *     leaves what was applied
     * @param adminReachesSandboxes an administrator's change is repeated on the related main instance and sandboxes, as a
     *     user's is. ATM changes the one token only
     * @param adminFlagsByAdminOnly a grant or revoke whose flags hold 128 or 256 beside others is refused with
     *     ERR_PARAM_INVALID. ATM refuses only exactly 128 and exactly 256
     * @param sandboxUpdatesFiltered an update of a document sandbox leaves denied what its mode excludes. ATM applies the
     *     mode at install and when choices are cleared, not at an update
     */
    public record Strict(
            boolean remoteAdmission,
            boolean adminListsAtomic,
            boolean adminReachesSandboxes,
            boolean adminFlagsByAdminOnly,
            boolean sandboxUpdatesFiltered) {
        public static final Strict OFF = new Strict(false, false, false, false, false);
        public static final Strict ON = new Strict(true, true, true, true, true);
    }
}
