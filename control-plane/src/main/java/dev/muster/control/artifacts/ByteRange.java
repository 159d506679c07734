package dev.muster.control.artifacts;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a resource that a request asks for (RFC 9110, section 14), as first byte and number of bytes. Only one
 * range is served; several are answered with the whole, as the RFC allows.
 */
record ByteRange(long first, long length) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** What a {@code Range} header asks for. */
    sealed interface Asked {
        /** No range, or one we need not understand: the whole resource. */
        record Whole() implements Asked {}

        /** This part. */
        record Part(ByteRange range) implements Asked {}

        /** Nothing of the resource lies in the range. */
        record Unsatisfiable() implements Asked {}
    }

    /**
     * Reads {@code header} for a resource of {@code size} bytes.
     *
     * @param ifRange the {@code If-Range} header: another tag than {@code tag} means that the resource has changed, and
     *     the whole is due
     */
    static Asked of(Optional<String> header, Optional<String> ifRange, String tag, long size) {
        if (header.isEmpty() || ifRange.filter(value -> !value.equals(tag)).isPresent()) {
            return new Asked.Whole();
        }
        Matcher matcher = ONE.matcher(header.get().trim());
        if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return new Asked.Whole();
        }
        if (matcher.group(1).isEmpty()) {
            long suffix = Math.min(Long.parseLong(matcher.group(2)), size);
            return suffix == 0 ? new Asked.Unsatisfiable() : part(size - suffix, size - 1);
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? size - 1 : Math.min(Long.parseLong(matcher.group(2)), size - 1);
        if (first >= size) {
            return new Asked.Unsatisfiable();
        }
        // A last byte before the first makes the header invalid, and an invalid one is ignored.
        return last < first ? new Asked.Whole() : part(first, last);
    }

    private static Asked part(long first, long last) {
        return new Asked.Part(new ByteRange(first, last - first + 1));
    }

    /** The {@code Content-Range} of this part. */
    String contentRange(long size) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
