package dev.muster.policy.capability;

import dev.muster.policy.condition.Terms;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.Names;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One capability as a device holds it.
 *
 * @param name of the document
 * @param permissions it gives, at least one
 * @param apps the installed app instances it selects
 * @param condition when, its start and end included; in the numbering of the file's facts
 * @param holder Ed25519 public key, 32 bytes in base64url without padding: given to whoever presents a chain that proves
 *     it; empty: given to every app named
 */
public record DeviceCapability(
        String name,
        NavigableSet<String> permissions,
        NavigableSet<AppKey> apps,
        Terms condition,
        Optional<String> holder) {
    public DeviceCapability {
        if (!Names.isValid(name)) {
            throw new IllegalArgumentException("name of a capability expected, found `" + name + "`");
        }
        permissions = Collections.unmodifiableNavigableSet(new TreeSet<>(permissions));
        apps = Collections.unmodifiableNavigableSet(new TreeSet<>(apps));
        if (permissions.isEmpty()) {
            throw new IllegalArgumentException(
                    "capability `" + name + "`: at least one permission expected, found none");
        }
        if (holder.isPresent() && !holder.get().matches("[A-Za-z0-9_-]{43}")) {
            throw new IllegalArgumentException("capability `" + name
                    + "`: a holder key of 43 characters in base64url expected, found `" + holder.get() + "`");
        }
    }
}
