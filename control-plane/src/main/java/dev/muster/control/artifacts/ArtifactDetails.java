package dev.muster.control.artifacts;

import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What was read from the bytes themselves when they came. */
public sealed interface ArtifactDetails {
    /** Bytes that say nothing of themselves, or that came before anybody read them. */
    record None() implements ArtifactDetails {}

    /** An app's package. */
    record OfApp(AppDetails app) implements ArtifactDetails {}

    /** An OTA package. */
    record OfOta(OtaDetails ota) implements ArtifactDetails {}

    /** As stored. */
    default String json() {
        Map<String, Object> members =
                switch (this) {
                    case None none -> Map.of();
                    case OfApp details -> Map.of("app", details.app().members());
                    case OfOta details -> Map.of("ota", details.ota().members());
                };
        return new String(JsonObject.write(members), StandardCharsets.UTF_8);
    }

    /** What {@link #json} wrote. */
    static ArtifactDetails parse(String json) {
        JsonObject object = JsonObject.parse(json.getBytes(StandardCharsets.UTF_8));
        return object.optionalObject("app")
                .<ArtifactDetails>map(app -> new OfApp(AppDetails.read(app)))
                .or(() -> object.optionalObject("ota").map(ota -> new OfOta(OtaDetails.read(ota))))
                .orElseGet(None::new);
    }
}
