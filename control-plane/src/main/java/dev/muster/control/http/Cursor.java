package dev.muster.control.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a list goes on: opaque to clients, the last item's place to us. */
public final class Cursor {
    /** Items of a page if nothing is asked for. */
    public static final int DEFAULT_LIMIT = 50;

    private static final int MAX_LIMIT = 500;

    private Cursor() {}

    /** The cursor that follows {@code position}. */
    public static String encode(String position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    /** Inverse of {@link #encode}; empty for none, a problem for what we never gave. */
    public static Optional<String> decode(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_CURSOR, "expected a cursor from an earlier page");
        }
    }

    /** The cursor as a number, 0 for none. */
    public static long decodeNumber(@Nullable String cursor) {
        try {
            return decode(cursor).map(Long::parseLong).orElse(0L);
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemCode.INVALID_CURSOR, "expected a cursor from an earlier page");
        }
    }

    /** {@code limit} if it is 1 to 500, 50 if none was asked for. */
    public static int limit(@Nullable Integer limit) {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected `limit` from 1 to " + MAX_LIMIT + ", found " + limit);
        }
        return limit;
    }
}
