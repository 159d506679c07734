package dev.muster.control.commands;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One command on one device, also its form on the wire.
 *
 * @param reason why it is not further or was not done; {@code offline} where it waits for the device to connect
 * @param upload what the device sent because of it
 */
public record CommandOnDevice(
        UUID command,
        String kind,
        Map<String, String> arguments,
        String device,
        String state,
        String reason,
        String output,
        Instant since,
        @Nullable Upload upload) {
    /** An upload, complete or on its way; bytes. */
    public record Upload(UUID id, long length, boolean complete) {}
}
