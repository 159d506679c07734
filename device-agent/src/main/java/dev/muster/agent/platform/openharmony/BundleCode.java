package dev.muster.agent.platform.openharmony;

import java.util.Arrays;
import java.util.Optional;

/** Result codes of the bundle manager that an operator can do something about, with one word for reports and a sentence for people. */
public enum BundleCode {
    INTERNAL(9568260, "DeviceError", "the bundle manager failed inside"),
    PARSE_FAILED(9568262, "BadPackage", "the package cannot be parsed"),
    DOWNGRADE(9568263, "Downgrade", "a newer version is installed"),
    VERIFICATION_FAILED(9568264, "BadSignature", "the package was not verified"),
    CALLER(9568266, "AgentNotPermitted", "the agent may not install: its label lacks the right"),
    BAD_PATH(9568269, "DeviceError", "the bundle manager cannot read the file"),
    EXISTS(9568276, "AlreadyThere", "it is installed already"),
    BUNDLE_NAMES_DIFFER(9568277, "BadPackage", "its packages name different bundles"),
    VERSION_CODES_DIFFER(9568278, "BadPackage", "its packages have different version codes"),
    VERSION_NAMES_DIFFER(9568279, "BadPackage", "its packages have different version names"),
    VERSION_NOT_COMPATIBLE(9568284, "NotCompatible", "its version does not fit what is installed"),
    DISTRIBUTION_DIFFERS(9568285, "ProfileDiffers", "its distribution type is another than the installed app's"),
    PROVISION_DIFFERS(9568286, "ProfileDiffers", "its provision type is another than the installed app's"),
    DISK_FULL(9568288, "DiskFull", "the device has no room for it"),
    PERMISSION_REFUSED(
            9568289,
            "PermissionRefused",
            "the system refused a permission that it asks for: its signed profile does not allow it"),
    TOKEN_NOT_UPDATED(9568290, "PermissionRefused", "the system refused to update its access token"),
    API_NOT_COMPATIBLE(9568297, "NotCompatible", "it needs another API level"),
    NATIVE_NOT_COMPATIBLE(9568298, "NotCompatible", "its native libraries are for another processor"),
    INSTALL_DISALLOWED(9568303, "Disallowed", "a policy of the device forbids to install it"),
    DEVICE_TYPE(9568304, "NotCompatible", "it is not for this type of device"),
    DEPENDENCY_MISSING(9568305, "DependencyMissing", "a shared package that it needs is not installed"),
    BUNDLE_TYPE_DIFFERS(9568308, "ProfileDiffers", "its bundle type is another than the installed app's"),
    NOT_SIGNED(9568320, "NotSigned", "it is not signed"),
    BAD_PROFILE(9568321, "BadSignature", "its profile cannot be parsed"),
    SOURCE_NOT_TRUSTED(
            9568322, "NotTrusted", "its source is not trusted here, such as a debug profile without this device"),
    BAD_DIGEST(9568323, "BadSignature", "its content is not what was signed"),
    BAD_SIGNATURE(9568329, "BadSignature", "its signature is wrong"),
    OTHER_SIGNER(9568332, "OtherSigner", "it was signed by another than the installed app"),
    DEBUG_DIFFERS(
            9568336, "ProfileDiffers", "one is for debugging and the installed app is not, or the other way round"),
    PROFILE_REFUSED(9568341, "BadSignature", "its profile is refused"),
    MANIFEST_REFUSED(9568344, "BadPackage", "a property of its manifest is refused"),
    NATIVE_UNREADABLE(9568347, "BadPackage", "its native libraries cannot be parsed"),
    SYSTEM_APP(9568380, "SystemApp", "an app of the system cannot be removed"),
    BUNDLE_MISSING(9568386, "NotThere", "it is not installed"),
    MODULE_MISSING(9568387, "NotThere", "the module is not installed"),
    UNINSTALL_DISALLOWED(9568388, "Disallowed", "a policy of the device forbids to remove it"),
    CODE_SIGNATURE(9568393, "BadSignature", "its code signature could not be enabled");

    private final int code;
    private final String reason;
    private final String text;

    BundleCode(int code, String reason, String text) {
        this.code = code;
        this.reason = reason;
        this.text = text;
    }

    public int code() {
        return code;
    }

    /** One CamelCase word for the report. */
    public String reason() {
        return reason;
    }

    /** A sentence for people, about the package. */
    public String text() {
        return text;
    }

    static Optional<BundleCode> of(int code) {
        return Arrays.stream(values()).filter(one -> one.code == code).findFirst();
    }
}
