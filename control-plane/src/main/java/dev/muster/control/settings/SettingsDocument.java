package dev.muster.control.settings;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one level; what is absent is left to the level above.
 *
 * @param revision grows by one with every change; its ETag
 * @param updatedBy identity, {@code issuer#subject}
 * @param updatedByName name of that day, for people; proves nothing
 */
public record SettingsDocument(
        String level,
        String name,
        Map<String, @Nullable Object> document,
        long revision,
        Instant updatedAt,
        String updatedBy,
        String updatedByName) {}
