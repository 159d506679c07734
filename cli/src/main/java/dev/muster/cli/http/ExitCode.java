package dev.muster.cli.http;

/** The exit codes of every verb. Scripts rely on them: they change only with a CHANGELOG entry. */
public enum ExitCode {
    OK(0),
    /** The server or the verb says no for a reason of its own; the line on standard error has it. */
    FAILED(1),
    USAGE(2),
    NOT_LOGGED_IN(3),
    NOT_ALLOWED(4),
    NOT_FOUND(5),
    CONFLICT(6),
    /** No connection, no answer in time, or 502/503/504: trying again later may help. */
    UNREACHABLE(7),
    /** What was compared is not the same; {@code muster diff}. */
    DIFFERS(8),
    /** It works, and something needs a person's attention; {@code muster doctor}. */
    ATTENTION(9);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the process ends with. */
    public int number() {
        return number;
    }

    static ExitCode ofStatus(int status) {
        return switch (status) {
            case 401 -> NOT_LOGGED_IN;
            case 403 -> NOT_ALLOWED;
            case 404, 410 -> NOT_FOUND;
            case 409, 412 -> CONFLICT;
            case 502, 503, 504 -> UNREACHABLE;
            default -> FAILED;
        };
    }
}
