package dev.muster.control.foureyes;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change that waits, or waited, for a second person.
 *
 * @param kind such as {@code vendor-root.add}
 * @param subject what it is about, such as {@code freeze/harvest}
 * @param summary one sentence for people
 * @param change all that will be done, and nothing else
 * @param state {@code open}, {@code approved}, {@code rejected}, {@code withdrawn} or {@code expired}
 * @param askedBy identity, {@code issuer#subject}
 * @param settledBy identity; null while nobody settled it
 * @param reason why it was rejected; empty otherwise
 */
public record FourEyesRequest(
        UUID id,
        String kind,
        String subject,
        String summary,
        Map<String, @Nullable Object> change,
        String state,
        Instant askedAt,
        String askedBy,
        String askedByName,
        Instant expiresAt,
        @Nullable Instant settledAt,
        @Nullable String settledBy,
        @Nullable String settledByName,
        String reason) {
    /** How one is called in the audit log. */
    static String object(UUID id) {
        return "four-eyes-request/" + id;
    }

    /** Copies the map. */
    public FourEyesRequest {
        change = Collections.unmodifiableMap(new LinkedHashMap<>(change));
    }

    boolean open() {
        return state.equals("open");
    }
}
