package dev.muster.policy.atm;

import dev.muster.policy.permission.PermissionCatalog;
import java.util.Map;

/**
 * Settings of an {@link Atm}.
 *
 * @param catalog what is defined; everything else is undefined
 * @param enterpriseNormalCheck whether the rule for ENTERPRISE_NORMAL permissions refuses installs; off on most devices
 * @param sandboxModes modes of permissions; {@link SandboxMode#ALL} where not named
 * @param shortGrantMaxTotalSeconds how long timed grants may last in all, from the first
 * @param strict where OpenHarmony leaves a hole, close it; see {@link Strict}
 */
public record AtmConfig(
        PermissionCatalog catalog,
        boolean enterpriseNormalCheck,
        Map<String, SandboxMode> sandboxModes,
        int shortGrantMaxTotalSeconds,
        Strict strict) {
    public AtmConfig {
        sandboxModes = Map.copyOf(sandboxModes);
    }

    /** OpenHarmony's behaviour and defaults. */
    public static AtmConfig of(PermissionCatalog catalog) {
        return new AtmConfig(catalog, false, Map.of(), 1800, Strict.OFF);
    }

    /**
     * Muster's own, stricter admission, off in ATM mode.
     *
     * @param remoteAdmission states of a remote token are taken over only for permissions that are defined and meant for
     *     use across devices; ATM copies what it is sent
     * @param adminListsAtomic an administrator's list is applied whole or not at all; ATM stops at the first error and
     *     leaves what was applied
     */
    public record Strict(boolean remoteAdmission, boolean adminListsAtomic) {
        public static final Strict OFF = new Strict(false, false);
        public static final Strict ON = new Strict(true, true);
    }
}
