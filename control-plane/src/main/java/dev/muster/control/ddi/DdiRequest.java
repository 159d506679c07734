package dev.muster.control.ddi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request on the port of hawkBit's clients. */
final class DdiRequest {
    private final String method;
    private final List<String> path;
    private final Map<String, String> query;
    private final Map<String, String> headers;
    private final byte[] body;
    private final String address;
    private final String base;

    DdiRequest(
            String method,
            List<String> path,
            Map<String, String> query,
            Map<String, String> headers,
            byte[] body,
            String address,
            String base) {
        this.method = method;
        this.path = List.copyOf(path);
        this.query = Map.copyOf(query);
        this.headers = Map.copyOf(headers);
        this.body = body;
        this.address = address;
        this.base = base;
    }

    /** In upper case. */
    String method() {
        return method;
    }

    /** Its segments, decoded. */
    List<String> path() {
        return path;
    }

    /** The first value of each parameter. */
    Map<String, String> query() {
        return query;
    }

    /** A header, its name in lower case. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Empty if there is none; belongs to whoever answers. */
    byte[] body() {
        return body;
    }

    /** Where the connection comes from. */
    String address() {
        return address;
    }

    /** Scheme and authority by which the client reaches us. */
    String base() {
        return base;
    }
}
