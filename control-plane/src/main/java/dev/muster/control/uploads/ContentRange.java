package dev.muster.control.uploads;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Header {@code Content-Range: bytes from-to/total} of RFC 9110, 14.4, of a piece: both ends count. Pure. */
record ContentRange(long from, long to, long total) {
    private static final Pattern FORM = Pattern.compile("bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})");

    static ContentRange parse(String header) {
        Matcher matcher = FORM.matcher(header);
        if (!matcher.matches()) {
            throw invalid("expected `Content-Range: bytes FROM-TO/TOTAL`, found `" + header + "`");
        }
        return new ContentRange(
                Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
    }

    /** Refuses a piece that is not what it says, or not of an upload of {@code length} bytes. */
    void check(int bytes, long length) {
        if (total != length) {
            throw invalid("expected a total of " + length + " bytes as announced, found " + total);
        }
        if (to < from || to >= length) {
            throw invalid("expected a range within " + length + " bytes, found " + from + " to " + to);
        }
        if (to - from + 1 != bytes) {
            throw invalid("expected " + (to - from + 1) + " bytes as the range says, found " + bytes);
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.UPLOAD_INVALID, detail);
    }
}
