package dev.muster.control.permissions;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A published snapshot of all documents, also its form on the wire.
 *
 * @param publishedBy identity, {@code issuer#subject}
 * @param publishedByName name of that day, for people; proves nothing
 * @param rollout null where no device was there to get it, and for a shadow version
 * @param rolledBackFrom the version whose documents it took; null where they were the draft's
 * @param documents how many
 */
public record PolicyVersion(
        long version,
        Kind kind,
        String comment,
        Instant publishedAt,
        String publishedBy,
        String publishedByName,
        @Nullable UUID rollout,
        @Nullable Long rolledBackFrom,
        int documents) {
    /** Whether it decides on devices. */
    public enum Kind {
        /** It decides. */
        LIVE,
        /** It answers beside the one that decides, and changes nothing. */
        SHADOW;

        /** Lower case, as stored and shown. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }
}
