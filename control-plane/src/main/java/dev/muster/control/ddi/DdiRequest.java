package dev.muster.control.ddi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request on the port of hawkBit's clients.
 *
 * @param method in upper case
 * @param path its segments, decoded
 * @param query the first value of each parameter
 * @param headers by name in lower case
 * @param address the connection comes from
 * @param base scheme and authority by which the client reaches us
 */
record DdiRequest(
        String method,
        List<String> path,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body,
        String address,
        String base) {
    DdiRequest {
        path = List.copyOf(path);
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
