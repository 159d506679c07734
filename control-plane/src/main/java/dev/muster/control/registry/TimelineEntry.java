package dev.muster.control.registry;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a device; also its form on the wire.
 *
 * @param at by the server's clock
 * @param source {@code event} (the device said so), {@code audit} (somebody did it), {@code rollout} (where it stands in
 *     one), {@code certificate} (one was issued)
 * @param what such as {@code device.suspend}, or the event's kind
 * @param by name of who did it, null for what nobody did
 */
public record TimelineEntry(
        Instant at, String source, String what, @Nullable String by, Map<String, @Nullable Object> detail) {}
