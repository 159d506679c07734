package dev.muster.control.garbage;

import dev.muster.control.artifacts.ArtifactUses.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What becomes of one artifact. Pure. */
sealed interface Verdict {
    /** It stays: somebody needs it. */
    record Needed(List<Use> uses) implements Verdict {
        public Needed {
            uses = List.copyOf(uses);
        }
    }

    /** It stays: whoever uploaded it may not have come to use it yet. */
    record Young(Instant until) implements Verdict {}

    /** Nothing has needed it since then; it stays until the grace is over. */
    record Marked(Instant since, Instant until) implements Verdict {}

    /** It goes. */
    record Due(Instant since) implements Verdict {}

    /**
     * Decides.
     *
     * @param uploaded when it came, or came again
     * @param unneededSince since when it was seen that nothing needs it, as marked
     */
    static Verdict of(Instant uploaded, Optional<Instant> unneededSince, List<Use> uses, Duration grace, Instant now) {
        if (!uses.isEmpty()) {
            return new Needed(uses);
        }
        if (now.isBefore(uploaded.plus(grace))) {
            return new Young(uploaded.plus(grace));
        }
        Instant since = unneededSince.orElse(now);
        Instant until = since.plus(grace);
        return now.isBefore(until) || unneededSince.isEmpty() ? new Marked(since, until) : new Due(since);
    }

    /** As shown and told: {@code needed}, {@code young}, {@code marked} or {@code due}. */
    default String text() {
        return switch (this) {
            case Needed v -> "needed";
            case Young v -> "young";
            case Marked v -> "marked";
            case Due v -> "due";
        };
    }
}
