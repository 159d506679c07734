package dev.muster.cli.http;

import java.util.Optional;

/** Cuts lines of {@code text/event-stream} into events (WHATWG HTML, section 9.2.6). Not thread-safe. */
final class ServerEventReader {
    private final StringBuilder data = new StringBuilder();
    private String name = "";
    private boolean hasData;

    /** Takes one line without its end; an empty line completes an event, unless it has no data (a keep-alive). */
    Optional<ServerEvent> line(String line) {
        if (line.isEmpty()) {
            Optional<ServerEvent> event = hasData
                    ? Optional.of(new ServerEvent(name.isEmpty() ? "message" : name, data.toString()))
                    : Optional.empty();
            data.setLength(0);
            name = "";
            hasData = false;
            return event;
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        if (value.startsWith(" ")) {
            value = value.substring(1);
        }
        if (field.equals("data")) {
            if (hasData) {
                data.append('\n');
            }
            data.append(value);
            hasData = true;
        } else if (field.equals("event")) {
            name = value;
        }
        return Optional.empty();
    }
}
