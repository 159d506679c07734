package dev.muster.protocol.permissions;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;

/** Which of an app's installations is meant; absent members mean the first user and the main instance. */
public final class AppInstance {
    /** The first real user of an OpenHarmony device. */
    public static final int FIRST_USER = 100;

    private AppInstance() {}

    /** Member {@code user}. */
    public static int user(JsonObject json) {
        return small(json, "user", FIRST_USER);
    }

    /** Member {@code instance}: 0 the app itself, above that its clones. */
    public static int instance(JsonObject json) {
        return small(json, "instance", 0);
    }

    private static int small(JsonObject json, String name, int absent) {
        long value = json.optionalNumber(name).orElse((long) absent);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new ProtocolException(
                    "expected a number of 0 to " + Integer.MAX_VALUE + " at `" + name + "`, found " + value);
        }
        return (int) value;
    }
}
