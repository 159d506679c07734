package dev.muster.trust.client;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Names of metadata files. A role name is somebody else's text: escaped, it can never leave its directory. */
public final class MetadataFiles {
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

    private MetadataFiles() {}

    /** {@code <role>.json}, or {@code <version>.<role>.json}; everything but RFC 3986's unreserved is escaped. */
    public static String name(String role, OptionalLong version) {
        String prefix = version.isPresent() ? version.getAsLong() + "." : "";
        return prefix + escape(role) + ".json";
    }

    /** RFC 3986 percent-encoding of everything that is not unreserved. */
    public static String escape(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (PLAIN.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append(String.format("%%%02X", b & 0xff));
            }
        }
        return out.toString();
    }
}
