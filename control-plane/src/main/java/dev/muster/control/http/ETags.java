package dev.muster.control.http;

import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Revisions of what can be edited, as {@code ETag} and {@code If-Match} carry them. */
public final class ETags {
    private ETags() {}

    /** The revision that the caller has read; empty if it does not say. */
    public static Optional<Long> asked(@Nullable String ifMatch) {
        if (ifMatch == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(ifMatch.replace("\"", "").strip()));
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemCode.STALE, "expected an ETag of ours in `If-Match`, found another");
        }
    }

    /** A problem if the caller has read another revision than the one in force. */
    public static void check(Optional<Long> asked, long revision) {
        if (asked.isPresent() && asked.get() != revision) {
            throw new ProblemException(
                    ProblemCode.STALE, "expected revision " + asked.get() + " in force, found " + revision);
        }
    }

    /** The answer with its revision. */
    public static <T> RestResponse<T> answer(int status, T entity, long revision) {
        return RestResponse.ResponseBuilder.<T>create(status)
                .entity(entity)
                .header("ETag", "\"" + revision + "\"")
                .build();
    }
}
