package dev.muster.control.packages;

import java.util.OptionalInt;

/** A package that must not be stored. The text says what was expected and what was found. */
public final class PackageRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    public PackageRefused(Code code, String message) {
        super(message);
        this.code = code;
    }

    public PackageRefused(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Which rule was broken. */
    public Code code() {
        return code;
    }

    /**
     * The rules, each with what a device's bundle manager answers to the same package. Where no public text says which
     * number belongs to a rule, it is {@link #PARSE_FAILED}. Packages for the updater have no such numbers.
     */
    public enum Code {
        NOT_A_ZIP("package-not-a-zip", Code.PARSE_FAILED),
        UNSUPPORTED_ZIP("package-unsupported-zip", Code.PARSE_FAILED),
        UNSAFE_ENTRY("package-unsafe-entry", Code.PARSE_FAILED),
        DUPLICATE_ENTRY("package-duplicate-entry", Code.PARSE_FAILED),
        OVERLAPPING("package-overlapping", Code.PARSE_FAILED),
        TRUNCATED("package-truncated", Code.PARSE_FAILED),
        HEADERS_DIFFER("package-headers-differ", Code.PARSE_FAILED),
        CORRUPT_ENTRY("package-corrupt-entry", Code.PARSE_FAILED),
        TOO_LARGE("package-too-large", Code.PARSE_FAILED),
        MANIFEST_MISSING("package-manifest-missing", Code.PARSE_FAILED),
        MANIFEST_INVALID("package-manifest-invalid", 9568344),

        BUNDLE_DIFFERS("package-bundle-differs", 9568277),
        VERSION_CODE_DIFFERS("package-version-code-differs", 9568278),
        VERSION_NAME_DIFFERS("package-version-name-differs", 9568279),
        BUNDLE_TYPE_DIFFERS("package-bundle-type-differs", 9568308),
        DEBUG_DIFFERS("package-debug-differs", 9568336),
        API_DIFFERS("package-api-differs", Code.PARSE_FAILED),
        MODULE_DUPLICATE("package-module-duplicate", Code.PARSE_FAILED),
        DEVICE_TYPES_OVERLAP("package-device-types-overlap", Code.PARSE_FAILED),
        DEPENDENCY_MISSING("package-dependency-missing", 9568305),
        PACK_INFO_INVALID("package-pack-info-invalid", Code.PARSE_FAILED),
        DISTRIBUTION_DIFFERS("package-distribution-differs", 9568285),
        PROVISION_DIFFERS("package-provision-differs", 9568286),
        SIGNER_DIFFERS("package-signer-differs", 9568332),

        UNSIGNED("package-unsigned", 9568320),
        SIGNING_BLOCK_INVALID("package-signing-block-invalid", 9568320),
        SIGNATURE_INVALID("package-signature-invalid", 9568329),
        DIGEST_DIFFERS("package-digest-differs", 9568323),
        PROFILE_MISSING("package-profile-missing", 9568321),
        PROFILE_INVALID("package-profile-invalid", 9568321),
        PROFILE_UNTRUSTED("package-profile-untrusted", 9568322),
        PROFILE_OTHER_SIGNER("package-profile-other-signer", 9568322),
        PROFILE_OTHER_BUNDLE("package-profile-other-bundle", 9568329),
        PROFILE_NOT_VALID_NOW("package-profile-not-valid-now", 9568341),

        OTA_INVALID("ota-invalid"),
        OTA_UNSUPPORTED("ota-unsupported"),
        OTA_TRUNCATED("ota-truncated"),
        OTA_TOO_LARGE("ota-too-large"),
        OTA_DIGEST_DIFFERS("ota-digest-differs"),
        OTA_SIGNATURE_INVALID("ota-signature-invalid"),
        OTA_UNSIGNED("ota-unsigned");

        private static final int PARSE_FAILED = 9568262;

        private final String text;
        private final OptionalInt installerCode;

        Code(String text, int installerCode) {
            this.text = text;
            this.installerCode = OptionalInt.of(installerCode);
        }

        Code(String text) {
            this.text = text;
            this.installerCode = OptionalInt.empty();
        }

        /** Stable, as in a problem document. */
        public String text() {
            return text;
        }

        /** What a device's bundle manager answers to the same package. */
        public OptionalInt installerCode() {
            return installerCode;
        }
    }
}
