package dev.muster.agent.transport;

import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;

/** What a server that is busy says of when to come back: RFC 9110, 10.2.3. */
final class RetryAfter {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private RetryAfter() {}

    /** How long to leave the server alone; empty where it does not say. */
    static Optional<Duration> of(int status, HttpURLConnection connection) {
        String text = connection.getHeaderField("Retry-After");
        if ((status != TOO_MANY_REQUESTS && status != UNAVAILABLE) || text == null) {
            return Optional.empty();
        }
        if (text.trim().matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text.trim())));
        }
        // A date counts from the server's own clock, so the device needs none.
        long until = connection.getHeaderFieldDate("Retry-After", 0);
        long now = connection.getHeaderFieldDate("Date", 0);
        return until == 0 || now == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(Math.max(0, until - now)));
    }
}
