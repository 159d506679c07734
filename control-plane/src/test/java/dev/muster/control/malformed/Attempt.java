package dev.muster.control.malformed;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One request.
 *
 * @param what operation and trick, for people
 * @param target path and query exactly as they go over the wire, well-formed or not
 * @param body its bytes, one a character (ISO 8859-1)
 * @param mustBeRefused whether no reading of the document makes it a good request
 */
record Attempt(
        String what, String method, String target, Map<String, String> headers, String body, boolean mustBeRefused) {
    Attempt {
        headers = Map.copyOf(headers);
    }

    /** As it goes over the wire, with {@code token} as its login; one request a connection. */
    byte[] bytes(String token, String tenant) {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        head.append("Authorization: Bearer ").append(token).append("\r\n");
        if (!headers.containsKey("Muster-Tenant")) {
            head.append("Muster-Tenant: ").append(tenant).append("\r\n");
        }
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (!body.isEmpty() || method.startsWith("P")) {
            head.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        head.append("\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.UTF_8);
        byte[] rest = body.getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[start.length + rest.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(rest, 0, whole, start.length, rest.length);
        return whole;
    }

    @Override
    public String toString() {
        return what + ": " + method + " " + (target.length() > 200 ? target.substring(0, 200) + "..." : target);
    }
}
