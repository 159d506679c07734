package dev.muster.protocol.enrol;

import dev.muster.protocol.ProtocolException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All a device needs to enrol, as one line for a QR code: {@code muster-enrol:?server=...&token=...&ca=...}.
 *
 * @param server {@code https://host:port} of the device port
 * @param fingerprint of the root to pin, {@code sha256:<hex>}
 */
public record InvitationText(URI server, String token, String fingerprint) {
    private static final String SCHEME = "muster-enrol:?";

    /** The line. */
    public String text() {
        return SCHEME + "server=" + encode(server.toString()) + "&token=" + encode(token) + "&ca="
                + encode(fingerprint);
    }

    /** Inverse of {@link #text()}; a {@link ProtocolException} for anything else. */
    public static InvitationText parse(String text) {
        if (!text.startsWith(SCHEME)) {
            throw new ProtocolException("expected an invitation `" + SCHEME + "server=...`, found another text");
        }
        Map<String, String> values = new LinkedHashMap<>();
        try {
            for (String part : text.substring(SCHEME.length()).split("&", -1)) {
                int equals = part.indexOf('=');
                if (equals < 1) {
                    throw new ProtocolException("expected `name=value` in the invitation, found another part");
                }
                values.put(
                        part.substring(0, equals),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
            return new InvitationText(URI.create(value(values, "server")), value(values, "token"), value(values, "ca"));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("expected values in percent encoding in the invitation, found others");
        }
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null || value.isEmpty()) {
            throw new ProtocolException("expected `" + name + "` in the invitation, found none");
        }
        return value;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Without the token: what may stand in a log. */
    @Override
    public String toString() {
        return "InvitationText[" + server + ", " + fingerprint + "]";
    }
}
