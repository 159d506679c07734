package dev.muster.protocol.identity;

import java.util.regex.Pattern;

/** A tenant's name: 1 to 32 characters of {@code a-z 0-9 -}, starting with a letter. Safe in topics, keys and paths. */
public record TenantId(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** The tenant that exists out of the box. */
    public static final TenantId DEFAULT = new TenantId("default");

    public TenantId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "expected a tenant name (a-z, 0-9, -, at most 32, a letter first), found `" + value + "`");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
