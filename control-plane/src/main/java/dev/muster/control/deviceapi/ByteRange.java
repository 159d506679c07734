package dev.muster.control.deviceapi;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One range of a representation (RFC 9110, 14.1.2): {@code from} inclusive, {@code length} bytes. */
public record ByteRange(long from, long length) {
    private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** What a {@code Range} header asks of {@code total} bytes. */
    public sealed interface Asked {
        /** The whole: no header, or one we need not understand, such as several ranges. */
        record Whole() implements Asked {}

        /** A part. */
        record Part(ByteRange range) implements Asked {}

        /** Nothing that exists: 416. */
        record Impossible() implements Asked {}
    }

    /** Reads the header. */
    public static Asked parse(Optional<String> header, long total) {
        if (header.isEmpty()) {
            return new Asked.Whole();
        }
        Matcher form = FORM.matcher(header.get().strip());
        if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
            return new Asked.Whole();
        }
        if (form.group(1).isEmpty()) {
            long last = Math.min(Long.parseLong(form.group(2)), total);
            return last == 0 ? new Asked.Impossible() : new Asked.Part(new ByteRange(total - last, last));
        }
        long from = Long.parseLong(form.group(1));
        long to = form.group(2).isEmpty() ? total - 1 : Math.min(Long.parseLong(form.group(2)), total - 1);
        if (!form.group(2).isEmpty() && Long.parseLong(form.group(2)) < from) {
            return new Asked.Whole();
        }
        return from >= total ? new Asked.Impossible() : new Asked.Part(new ByteRange(from, to - from + 1));
    }
}
