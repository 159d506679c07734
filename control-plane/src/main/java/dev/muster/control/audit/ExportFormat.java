package dev.muster.control.audit;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import org.jspecify.annotations.Nullable;

/** How an export is written. */
enum ExportFormat {
    /** One JSON object a line, with its seal: what {@code muster audit verify --file} reads. */
    NDJSON("application/x-ndjson"),

    /** One event a line, for what collects security events. */
    CEF("text/plain");

    private final String mediaType;

    ExportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    /** The word on the wire. */
    String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    static ExportFormat ofName(@Nullable String name) {
        if (name == null || name.equals(NDJSON.text())) {
            return NDJSON;
        }
        if (name.equals(CEF.text())) {
            return CEF;
        }
        throw new ProblemException(
                ProblemCode.INVALID_REQUEST, "expected `format` ndjson or cef, found `" + name + "`");
    }
}
