package dev.muster.protocol.command;

/** Why a command was not done, in stable words: failures are grouped by them. */
public final class CommandReasons {
    /** Not on the device's signed allow-list. */
    public static final String NOT_ALLOWED = "not-allowed";
    /** A verb or argument that this agent does not know. */
    public static final String UNKNOWN = "unknown-command";
    /** This platform has no way to do it. */
    public static final String NOT_HERE = "not-on-this-platform";
    /** The deadline was over before it began. */
    public static final String EXPIRED = "expired";
    /** The app is not installed. */
    public static final String NO_APP = "app-not-installed";
    /** The device lost power in the middle, and does not know how far it came. */
    public static final String INTERRUPTED = "interrupted";
    /** The device remembers as many commands as it can. */
    public static final String TOO_MANY = "too-many-commands";
    /** The server did not take the upload. */
    public static final String UPLOAD_REFUSED = "upload-refused";
    /** The upload did not come to its end before the deadline. */
    public static final String UPLOAD_UNFINISHED = "upload-unfinished";
    /** Something else; the output says what. */
    public static final String FAILED = "failed";

    private CommandReasons() {}
}
