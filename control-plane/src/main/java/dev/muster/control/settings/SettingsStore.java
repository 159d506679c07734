package dev.muster.control.settings;

import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code setting}. */
@Singleton
final class SettingsStore {
    Optional<SettingsDocument> find(Handle handle, SettingsLevel level, String name, boolean lock) {
        return handle.createQuery("select level, name, document, revision, updated_at, updated_by, "
                        + "name_of_actor(updated_by, updated_at) as updated_by_name from setting "
                        + "where level = :level and name = :name" + (lock ? " for update" : ""))
                .bind("level", level.text())
                .bind("name", name)
                .map((rs, context) -> new SettingsDocument(
                        rs.getString("level"),
                        rs.getString("name"),
                        JsonObject.parse(rs.getString("document").getBytes(StandardCharsets.UTF_8))
                                .members(),
                        rs.getLong("revision"),
                        rs.getObject("updated_at", OffsetDateTime.class).toInstant(),
                        rs.getString("updated_by"),
                        rs.getString("updated_by_name")))
                .findOne();
    }

    void put(
            Handle handle,
            SettingsLevel level,
            String name,
            Map<String, @Nullable Object> document,
            Instant at,
            String actor) {
        handle.createUpdate("""
                        insert into setting (level, name, document, updated_at, updated_by)
                        values (:level, :name, cast(:document as jsonb), :at, :by)
                        on conflict (tenant, level, name) do update set document = excluded.document,
                            revision = setting.revision + 1, updated_at = excluded.updated_at,
                            updated_by = excluded.updated_by""")
                .bind("level", level.text())
                .bind("name", name)
                .bind("document", new String(JsonObject.write(document), StandardCharsets.UTF_8))
                .bind("at", at.atOffset(ZoneOffset.UTC))
                .bind("by", actor)
                .execute();
    }
}
