package dev.muster.control.approvals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device that asked to be let in. All it says of itself is its own word; what it proved is its key.
 *
 * @param device the name it wished, or the one that the approver gave; once it came, its name
 * @param source what let it ask, such as {@code token/0123456789ab}
 * @param keyFingerprint of its public key, {@code sha256:<hex>}: the agent prints the same
 * @param address where it asked from
 * @param takesPlaceOf the pending device of the inventory that waits for this very hardware, if there is one
 * @param cameAs the device it became
 */
public record EnrolmentRequest(
        String id,
        State state,
        String device,
        String hardware,
        @Nullable String serial,
        Map<String, String> facts,
        String keyFingerprint,
        String source,
        @Nullable String site,
        List<String> tags,
        String address,
        Instant askedAt,
        Instant expiresAt,
        @Nullable Instant decidedAt,
        @Nullable String decidedBy,
        @Nullable String decidedByName,
        String reason,
        @Nullable String takesPlaceOf,
        @Nullable String cameAs) {
    public EnrolmentRequest {
        facts = Map.copyOf(facts);
        tags = List.copyOf(tags);
    }

    /** Where it stands; on the wire in lower case. {@code EXPIRED} is what time made of one that waited or was approved. */
    public enum State {
        WAITING,
        APPROVED,
        REJECTED,
        EXPIRED
    }

    /**
     * What a device says when it asks.
     *
     * @param key SHA-256 of its public key, in hex
     */
    public record Asked(
            String key,
            String source,
            String wished,
            String hardware,
            @Nullable String serial,
            Map<String, String> facts,
            @Nullable String site,
            List<String> tags,
            String address) {
        public Asked {
            facts = Map.copyOf(facts);
            tags = List.copyOf(tags);
        }
    }

    EnrolmentRequest takingPlaceOf(@Nullable String device) {
        return new EnrolmentRequest(
                id,
                state,
                this.device,
                hardware,
                serial,
                facts,
                keyFingerprint,
                source,
                site,
                tags,
                address,
                askedAt,
                expiresAt,
                decidedAt,
                decidedBy,
                decidedByName,
                reason,
                device,
                cameAs);
    }
}
