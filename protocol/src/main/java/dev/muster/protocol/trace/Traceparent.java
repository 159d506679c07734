package dev.muster.protocol.trace;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a trace and of the step of it that comes before (W3C Trace Context, 3.2): a header of HTTP and of Kafka, a user property of
 * MQTT. A device keeps it and sends it back; it never looks into it.
 *
 * @param text version 00, 55 characters
 */
public record Traceparent(String text) {
    /** Header of HTTP and of Kafka, and user property of MQTT. */
    public static final String NAME = "traceparent";

    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);
    private static final Pattern FORM = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}");
    private static final int TRACE_AT = 3;
    private static final int TRACE_END = TRACE_AT + 32;
    private static final int SPAN_AT = TRACE_END + 1;
    private static final int SPAN_END = SPAN_AT + 16;

    public Traceparent {
        if (!isOne(text)) {
            throw new IllegalArgumentException(
                    "expected `00-<32 hex digits>-<16 hex digits>-<2 hex digits>`, found `" + text + "`");
        }
    }

    /** What was sent, if it is one; what is none is no reason to refuse what it came with. */
    public static Optional<Traceparent> find(@Nullable String text) {
        return text != null && isOne(text) ? Optional.of(new Traceparent(text)) : Optional.empty();
    }

    /** The same of a header of Kafka; {@code null} where there is none. */
    public static Optional<Traceparent> inHeader(byte @Nullable [] header) {
        return header == null ? Optional.empty() : find(new String(header, StandardCharsets.US_ASCII));
    }

    /** The value of a header of Kafka. */
    public byte[] header() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isOne(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches()
                && !parts.group(1).equals(NO_TRACE)
                && !parts.group(2).equals(NO_SPAN);
    }

    /** The trace's id, 32 hex digits. */
    public String trace() {
        return text.substring(TRACE_AT, TRACE_END);
    }

    /** The id of the step that comes before, 16 hex digits. */
    public String span() {
        return text.substring(SPAN_AT, SPAN_END);
    }
}
