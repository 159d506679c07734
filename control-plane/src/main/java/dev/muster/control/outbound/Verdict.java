package dev.muster.control.outbound;

/** What is to be written down of an outcome, and whether trying again helps. */
public record Verdict(Kind kind, String said) {
    /** What a sender does about it. */
    public enum Kind {
        /** Taken. */
        SENT,
        /** The receiver says that it is gone for good. */
        GONE,
        /** Nothing was sent, and nothing will be as long as address and settings are what they are. */
        REFUSED,
        /** The receiver does not take this; it may well take something else. */
        REJECTED,
        /** The receiver takes nothing now. */
        UNREACHABLE
    }

    /** Of what came of a request. */
    public static Verdict of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered answered -> answered(answered.status());
            case Outcome.Refused refused -> new Verdict(Kind.REFUSED, refused.reason());
            case Outcome.Failed failed -> new Verdict(Kind.UNREACHABLE, failed.reason());
        };
    }

    private static Verdict answered(int status) {
        if (status / 100 == 2) {
            return new Verdict(Kind.SENT, "answered " + status);
        }
        if (status == 410) {
            return new Verdict(Kind.GONE, "answered 410: gone");
        }
        if (status / 100 == 3) {
            return new Verdict(Kind.REJECTED, "expected 2xx, found " + status + ": redirects are not followed");
        }
        boolean busy = status >= 500 || status == 408 || status == 429;
        return new Verdict(busy ? Kind.UNREACHABLE : Kind.REJECTED, "expected 2xx, found " + status);
    }

    /** Whether it was taken. */
    public boolean sent() {
        return kind == Kind.SENT;
    }

    /** Whether trying again is in vain. */
    public boolean hopeless() {
        return kind == Kind.GONE || kind == Kind.REFUSED;
    }
}
