package dev.muster.protocol.identity;

import java.util.regex.Pattern;

/**
 * A device's name inside its tenant: 1 to 64 characters of {@code a-z A-Z 0-9 . _ -}, starting with a letter or digit;
 * a sub-device is {@code <gateway>/<child>}. Safe in topics, keys and certificates.
 */
public record DeviceId(String value) {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    private static final Pattern FORM = Pattern.compile(NAME + "(/" + NAME + ")?");

    public DeviceId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("expected a device name (a-z, A-Z, 0-9, '.', '_', '-', at most 64, "
                    + "optionally `gateway/child`), found `" + value + "`");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
