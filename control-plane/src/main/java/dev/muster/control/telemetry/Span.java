package dev.muster.control.telemetry;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.telemetry.query.TelemetryQuery;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time that somebody asks about.
 *
 * @param from inclusive
 * @param to exclusive
 */
record Span(Instant from, Instant to) {
    private static final int DEFAULT_POINTS = 300;
    private static final Duration DEFAULT = Duration.ofHours(1);

    /** As asked for: to now and from an hour before where nothing is said. */
    static Span asked(@Nullable String from, @Nullable String to, Instant now) {
        Instant end = to == null ? now : instant("to", to);
        Instant begin = from == null ? end.minus(DEFAULT) : instant("from", from);
        if (!begin.isBefore(end)) {
            throw invalid("expected `from` before `to`, found " + begin + " and " + end);
        }
        return new Span(begin, end);
    }

    /** How many points were asked for. */
    static int points(@Nullable Integer asked) {
        int points = asked == null ? DEFAULT_POINTS : asked;
        if (points < 1 || points > TelemetryQuery.MAX_POINTS) {
            throw invalid("expected `points` from 1 to " + TelemetryQuery.MAX_POINTS + ", found " + points);
        }
        return points;
    }

    /** This span, if it is not longer than {@code most}. */
    Span atMost(Duration most) {
        if (Duration.between(from, to).compareTo(most) > 0) {
            throw invalid("expected a span of at most " + most.toDays() + " days, found " + from + " to " + to);
        }
        return this;
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw invalid("expected `" + name + "` to be an ISO-8601 instant, found `" + text + "`");
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
