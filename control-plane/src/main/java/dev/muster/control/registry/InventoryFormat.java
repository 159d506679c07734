package dev.muster.control.registry;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an inventory is written. */
enum InventoryFormat {
    CSV("text/csv"),
    NDJSON("application/x-ndjson");

    private final String mediaType;

    InventoryFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    static InventoryFormat ofName(@Nullable String name) {
        for (InventoryFormat format : values()) {
            if (name == null || format.name().toLowerCase(Locale.ROOT).equals(name)) {
                return format;
            }
        }
        throw new ProblemException(
                ProblemCode.INVALID_REQUEST, "expected `format` csv or ndjson, found `" + name + "`");
    }

    static InventoryFormat ofMediaType(@Nullable String mediaType) {
        String plain =
                mediaType == null ? "" : mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        for (InventoryFormat format : values()) {
            if (format.mediaType.equals(plain)) {
                return format;
            }
        }
        throw new ProblemException(
                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                "expected `text/csv` or `application/x-ndjson`, found `" + plain + "`");
    }
}
