package dev.muster.policy.model;

import java.time.Instant;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * A concrete right that ends: named permissions for apps on devices, while a condition holds, from one instant to another.
 * Guard rails limit it like everything else. Where {@code devices} names devices by id it is not compiled into the shared
 * bundle but goes to each of them as target {@code capabilities}.
 *
 * @param permissions at least one
 * @param notBefore holds from here; empty: at once
 * @param notAfter ends here, by device time, whatever the lease says
 * @param holder Ed25519 public key (32 bytes, base64url without padding) whose owner may narrow the right and hand it on;
 *     empty: not delegable, held by every app it selects
 */
public record Capability(
        String name,
        String description,
        NavigableSet<String> permissions,
        AppSelector apps,
        DeviceSelector devices,
        UserSelector users,
        Condition when,
        Optional<Instant> notBefore,
        Instant notAfter,
        Optional<String> holder)
        implements PolicyDocument {
    public Capability {
        Names.check("Capability", name);
        permissions = Names.sorted(permissions);
        if (permissions.isEmpty()) {
            throw new IllegalArgumentException(
                    "capability `" + name + "`: at least one permission expected, found none");
        }
        if (notBefore.isPresent() && !notBefore.get().isBefore(notAfter)) {
            throw new IllegalArgumentException("capability `" + name
                    + "`: an end after the start expected, found start " + notBefore.get() + " and end " + notAfter);
        }
    }

    /** The condition with the two instants in it. */
    public Condition whole() {
        Condition bounded = Condition.both(when, new Condition.Until(notAfter));
        return notBefore.isPresent() ? Condition.both(bounded, new Condition.From(notBefore.get())) : bounded;
    }

    /** Whether it goes to single devices instead of into the shared bundle. */
    public boolean isDeviceBound() {
        return devices instanceof DeviceSelector.Ids;
    }
}
