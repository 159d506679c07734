package dev.muster.control.impact;

import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.DeviceAttributes;

/**
 * Devices that the two policies of a question cannot tell apart.
 *
 * @param attributes what either policy asks about
 * @param named the one device, where a capability of either policy names it; else empty
 * @param profile digest of the set of apps; empty where no manifest has come yet
 * @param levels digest of the levels that probing found and traits do not predict; empty for none
 * @param version they hold, 0 for none; also 0 where it does not matter
 */
record FleetGroup(
        DeviceAttributes attributes,
        String named,
        String profile,
        PlatformTraits traits,
        String levels,
        long version) {}
