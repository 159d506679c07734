package dev.muster.control.settings;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The schema of settings documents. One for all device types, in which a member says for which platforms it is; what a
 * platform cannot bring about is saved and told, not refused, because one document may mean devices of several types.
 */
@Singleton
final class SettingsSchemas {
    private final Map<String, @Nullable Object> members;
    private final SettingsSchema schema;

    SettingsSchemas() {
        try (InputStream in = Objects.requireNonNull(
                SettingsSchemas.class.getResourceAsStream("/settings/settings.schema.json"),
                "the schema is packaged")) {
            members = JsonObject.parse(in.readAllBytes()).members();
            schema = new SettingsSchema(members);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the schema of settings", e);
        }
    }

    /** The schema as it stands; for a platform, without what that one cannot bring about. */
    Map<String, @Nullable Object> document(@Nullable String platform) {
        if (platform == null || platform.isBlank()) {
            return members;
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>(members);
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        if (members.get("properties") instanceof Map<?, ?> all) {
            all.forEach((name, value) -> {
                boolean here = !(value instanceof Map<?, ?> map
                        && map.get(SettingsSchema.PLATFORMS) instanceof List<?> platforms
                        && !platforms.contains(platform));
                if (here) {
                    properties.put(String.valueOf(name), value);
                }
            });
        }
        result.put("properties", properties);
        return result;
    }

    /** The problem {@code settings-invalid} that names place, expected and found, unless the document is good. */
    void require(Map<String, @Nullable Object> document) {
        List<SettingsSchema.Mistake> mistakes = schema.mistakes(document);
        if (!mistakes.isEmpty()) {
            throw new ProblemException(
                    ProblemCode.SETTINGS_INVALID, mistakes.getFirst().text(), Map.of("errors", mistakes));
        }
    }

    /** What is wrong with merged settings, such as a member that only two levels together lack. */
    List<SettingsSchema.Mistake> mistakes(Map<String, @Nullable Object> document) {
        return schema.mistakes(document);
    }

    Set<String> notHere(Map<String, @Nullable Object> document, String platform) {
        return schema.notHere(document, platform);
    }
}
