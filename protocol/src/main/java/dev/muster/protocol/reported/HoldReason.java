package dev.muster.protocol.reported;

/** Reasons of a target that is {@link ConditionState#WRITTEN} and may not be switched to yet; see {@code InstallRule}. */
public final class HoldReason {
    /** The maintenance window is closed, or the server could not be asked for one. */
    public static final String WINDOW_CLOSED = "WindowClosed";

    /** Nobody on the device has agreed, and it is not idle. */
    public static final String AWAITING_CONSENT = "AwaitingConsent";

    /** The document asks for the bytes only. */
    public static final String DOWNLOAD_ONLY = "DownloadOnly";

    /** The device runs on a battery that has too little charge, or the site asks for mains. */
    public static final String AWAITING_POWER = "AwaitingPower";

    private HoldReason() {}
}
