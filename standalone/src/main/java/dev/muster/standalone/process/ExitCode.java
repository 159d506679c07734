package dev.muster.standalone.process;

/** Exit codes of {@code ./muster up|down|status}. Scripts rely on the numbers; {@code ./muster help} lists them. */
public enum ExitCode {
    /** All went well. */
    OK(0),
    /** Something failed that has no code of its own. */
    FAILED(1),
    /** Unknown command or option. */
    USAGE(2),
    /** Something that has to be built or installed first is missing. */
    NOT_BUILT(4),
    /** A port that is needed belongs to another process. */
    PORT_BUSY(5),
    /** The data directory is in use by a running instance. */
    IN_USE(6),
    /** The data directory cannot be used: no space, no permission, not ours. */
    DATA_UNUSABLE(7),
    /** A server did not start or did not stay up. */
    CHILD_FAILED(8),
    /** Nothing runs in this data directory, or not all of it. */
    NOT_RUNNING(9);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the process exits with. */
    public int number() {
        return number;
    }
}
