package dev.muster.control.commands;

import dev.muster.control.access.Selector;
import dev.muster.protocol.command.CommandKind;
import dev.muster.protocol.identity.DeviceId;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * A command as asked for.
 *
 * @param devices by name; empty: those the selector selects
 * @param perMinute 1 to 10,000 devices a minute; empty: all at once
 * @param within one minute to 30 days
 */
record NewCommand(CommandKind kind, Selector selector, List<DeviceId> devices, OptionalInt perMinute, Duration within) {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final int MAX_DEVICES = 1_000;
    private static final int MAX_PACE = 10_000;

    NewCommand {
        devices = List.copyOf(devices);
        if (devices.size() > MAX_DEVICES) {
            throw new IllegalArgumentException(
                    "expected at most " + MAX_DEVICES + " `devices`, found " + devices.size() + "; use a `selector`");
        }
        if (perMinute.isPresent() && (perMinute.getAsInt() < 1 || perMinute.getAsInt() > MAX_PACE)) {
            throw new IllegalArgumentException(
                    "expected `perMinute` from 1 to " + MAX_PACE + ", found " + perMinute.getAsInt());
        }
        if (within.compareTo(SHORTEST) < 0 || within.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("expected a `deadline` of PT1M to P30D, found " + within);
        }
    }
}
