package dev.muster.control.packages;

/** A package that must not be stored. The text says what was expected and what was found. */
public final class PackageRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    PackageRefused(Code code, String message) {
        super(message);
        this.code = code;
    }

    PackageRefused(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Which rule was broken. */
    public Code code() {
        return code;
    }

    /** The rules of the container and of the manifest. */
    public enum Code {
        NOT_A_ZIP("package-not-a-zip", 9568262),
        UNSAFE_ENTRY("package-unsafe-entry", 9568262),
        DUPLICATE_ENTRY("package-duplicate-entry", 9568262),
        TOO_LARGE("package-too-large", 9568262),
        MANIFEST_MISSING("package-manifest-missing", 9568262),
        MANIFEST_INVALID("package-manifest-invalid", 9568344);

        private final String text;
        private final int installerCode;

        Code(String text, int installerCode) {
            this.text = text;
            this.installerCode = installerCode;
        }

        /** Stable, as in a problem document. */
        public String text() {
            return text;
        }

        /** What a device's bundle manager answers to the same package. */
        public int installerCode() {
            return installerCode;
        }
    }
}
