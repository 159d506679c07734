package dev.muster.agent.update;

/** The CamelCase words in a condition's {@code reason}. The server and people's scripts match on them. */
public final class Reasons {
    /** The target is made for other hardware. */
    public static final String WRONG_HARDWARE = "WrongHardware";
    /** The release counter is lower than one this device already had. */
    public static final String DOWNGRADE = "Downgrade";
    /** This platform has no system slots. */
    public static final String NO_SLOTS = "NoSlots";
    /** Not enough room for the bytes. */
    public static final String NO_SPACE = "NoSpace";
    /** The disk would not take or give back the bytes. */
    public static final String STORAGE_ERROR = "StorageError";
    /** The bytes are not the ones that were signed for. */
    public static final String DIGEST_MISMATCH = "DigestMismatch";
    /** The bytes on the disk changed after they were checked. */
    public static final String CONTENT_ALTERED = "ContentAltered";
    /** The server announced the bytes and does not have them. */
    public static final String CONTENT_MISSING = "ContentMissing";
    /** The document changed before the switch was made. */
    public static final String SUPERSEDED = "Superseded";
    /** The local health checks failed after the switch. */
    public static final String HEALTH_CHECK_FAILED = "HealthCheckFailed";
    /** The boot loader went back to the old slot by itself. */
    public static final String BOOT_FAILED = "BootFailed";
    /** More transitions than {@link UpdateState#MAX_TRANSITIONS}: a loop. */
    public static final String TOO_MANY_TRANSITIONS = "TooManyTransitions";
    /** The permission bundle holds an older policy than the one in force. */
    public static final String POLICY_OLDER = "PolicyOlder";
    /** The permission bundle, or another file of the policy, cannot be loaded. */
    public static final String BUNDLE_INVALID = "BundleInvalid";
    /** The settings are not a JSON object. */
    public static final String SETTINGS_INVALID = "SettingsInvalid";
    /** The package is for another bundle than the target says. */
    public static final String BUNDLE_MISMATCH = "BundleMismatch";
    /** The package has a lower version code than the app in force. */
    public static final String VERSION_DOWNGRADE = "VersionDowngrade";

    /** The settings in force do not list the app. */
    public static final String APP_NOT_ALLOWED = "AppNotAllowed";

    /** The device's own installer has no room. */
    public static final String DISK_FULL = "DiskFull";
    /** The device's own installer failed inside, or said something unknown. */
    public static final String DEVICE_ERROR = "DeviceError";

    /** The device's own installer said no without a reason that we know. */
    public static final String DEVICE_REFUSED = "DeviceRefused";
    /** The agent may not install here. */
    public static final String AGENT_NOT_PERMITTED = "AgentNotPermitted";
    /** A policy of the device forbids it. */
    public static final String DISALLOWED = "Disallowed";
    /** A shared package is missing. */
    public static final String DEPENDENCY_MISSING = "DependencyMissing";

    private Reasons() {}

    /**
     * Whether trying the same bytes again is pointless, whatever the document says later. Lack of room, slow disks and
     * a superseding document are no fault of the bytes.
     */
    static boolean isQuarantined(String reason) {
        return switch (reason) {
            case NO_SPACE,
                    STORAGE_ERROR,
                    SUPERSEDED,
                    CONTENT_MISSING,
                    CONTENT_ALTERED,
                    DIGEST_MISMATCH,
                    NO_SLOTS,
                    WRONG_HARDWARE,
                    DOWNGRADE,
                    POLICY_OLDER,
                    APP_NOT_ALLOWED,
                    VERSION_DOWNGRADE,
                    DISK_FULL,
                    DEVICE_ERROR,
                    DEVICE_REFUSED,
                    AGENT_NOT_PERMITTED,
                    DISALLOWED,
                    DEPENDENCY_MISSING -> false;
            default -> true;
        };
    }
}
