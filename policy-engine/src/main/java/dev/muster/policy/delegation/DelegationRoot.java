package dev.muster.policy.delegation;

import dev.muster.policy.model.Names;
import java.util.regex.Pattern;

/**
 * What a chain begins with: a capability of a tenant and the key it was issued to. What the capability gives stands in the
 * signed file of each device and nowhere in a chain, so a chain never gives more than the device's own copy of its root.
 *
 * @param tenant so that equal names and keys of two tenants are two roots
 * @param capability name of the document
 */
public record DelegationRoot(String tenant, String capability, HolderKey holder) {
    private static final Pattern TENANT = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    public DelegationRoot {
        if (!TENANT.matcher(tenant).matches()) {
            throw new IllegalArgumentException("tenant of 1 to 32 of a-z, 0-9 and - expected, found another name");
        }
        if (!Names.isValid(capability)) {
            throw new IllegalArgumentException("name of a capability expected, found another text");
        }
    }

    /** Its revocation id: 64 lower-case hex digits. */
    public String id() {
        return ChainCodec.sha256(ChainCodec.rootBytes(this));
    }
}
