package dev.muster.control.artifacts;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a person says an upload is. */
public sealed interface Upload {
    /** An app package; all else is in it. */
    record App() implements Upload {}

    /**
     * An OS image. What people leave out has to be in the bytes: an OTA package names itself.
     *
     * @param releaseCounter never goes down on a device: an image with a lower one than was ever committed is refused there
     */
    record Image(Optional<String> name, Optional<String> version, Optional<String> hardware, long releaseCounter)
            implements Upload {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

        public Image {
            name.ifPresent(value -> require("name", value));
            version.ifPresent(value -> require("version", value));
            hardware.ifPresent(value -> require("hardware", value));
            if (releaseCounter < 0) {
                throw invalid("`releaseCounter`: expected at least 0, found " + releaseCounter);
            }
        }

        /** {@code value} if it is a word that every part of the product can carry; the problem {@code invalid} otherwise. */
        static String require(String member, String value) {
            if (!NAME.matcher(value).matches()) {
                throw invalid("`" + member
                        + "`: expected 1 to 64 of a-z, A-Z, 0-9, '.', '_', '+', '-', starting with a letter or digit, found `"
                        + value + "`");
            }
            return value;
        }
    }

    /** Reads what {@code POST /artifacts} and {@code POST /artifacts/uploads} say; the problem {@code invalid-request} if it is not enough. */
    static Upload of(
            Optional<String> kind,
            Optional<String> name,
            Optional<String> version,
            Optional<String> hardware,
            Optional<Long> releaseCounter) {
        return switch (kind.orElse("")) {
            case "app" -> new App();
            case "image" ->
                new Image(
                        name,
                        version,
                        hardware,
                        releaseCounter.orElseThrow(
                                () -> invalid("`releaseCounter`: expected a number of at least 0, found nothing")));
            default -> throw invalid("`kind`: expected `image` or `app`, found `" + kind.orElse("") + "`");
        };
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
