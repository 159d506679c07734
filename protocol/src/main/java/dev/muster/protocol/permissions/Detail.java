package dev.muster.protocol.permissions;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.event.DeviceEvent;
import java.time.DateTimeException;
import java.time.Instant;

/** Reads the strings of a detail, with errors that name the kind and the member. */
record Detail(DeviceEvent event) {
    String text(String name) {
        String value = event.detail().get(name);
        if (value == null) {
            throw wrong(name, "a value", "nothing");
        }
        return value;
    }

    PermissionEvent.App app() {
        return new PermissionEvent.App(text("app"), small("user", AppInstance.FIRST_USER), small("instance", 0));
    }

    PermissionEvent.Interval interval() {
        return new PermissionEvent.Interval(instant("from"), instant("to"));
    }

    private int small(String name, int absent) {
        long value = event.detail().containsKey(name) ? number(name) : absent;
        if (value > Integer.MAX_VALUE) {
            throw wrong(name, "a number of at most " + Integer.MAX_VALUE, Long.toString(value));
        }
        return (int) value;
    }

    long number(String name) {
        String value = text(name);
        if (!value.matches("[0-9]{1,18}")) {
            throw wrong(name, "a number of 0 or more", value);
        }
        return Long.parseLong(value);
    }

    boolean flag(String name) {
        return switch (text(name)) {
            case "true" -> true;
            case "false" -> false;
            case String other -> throw wrong(name, "`true` or `false`", other);
        };
    }

    Instant instant(String name) {
        String value = text(name);
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw wrong(name, "an ISO-8601 instant", value);
        }
    }

    private ProtocolException wrong(String name, String expected, String found) {
        return new ProtocolException(
                "expected " + expected + " at `" + name + "` of `" + event.kind() + "`, found `" + found + "`");
    }
}
