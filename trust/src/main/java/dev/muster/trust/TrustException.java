package dev.muster.trust;

import java.time.Instant;

/**
 * Why something is not trusted. One type per class of failure, each with what was expected and found; nothing that
 * raised one of these has changed the verified state, except that roles verified earlier in the same refresh are kept
 * as the TUF workflow demands. Callers that only need a reason use {@link #getMessage()}.
 */
public abstract sealed class TrustException extends RuntimeException {
    private TrustException(String message) {
        super(message);
    }

    private TrustException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A stable, kebab-case word for this class of failure, for reports and metrics. */
    public abstract String code();

    /** Bytes that are not what they claim to be: JSON, structure, type, size of a member. */
    public static final class Malformed extends TrustException {
        private final String what;

        public Malformed(String what, String detail) {
            super("malformed " + what + ": " + detail);
            this.what = what;
        }

        public Malformed(String what, String detail, Throwable cause) {
            super("malformed " + what + ": " + detail, cause);
            this.what = what;
        }

        /** The document, as `role` or path. */
        public String what() {
            return what;
        }

        @Override
        public String code() {
            return "malformed";
        }
    }

    /** Too few valid signatures by different keys. */
    public static final class Threshold extends TrustException {
        private final String role;
        private final int expected;
        private final int found;

        public Threshold(String role, String keysOf, int expected, int found) {
            super("`" + role + "` needs " + expected + " valid signatures by the keys of " + keysOf + ", found "
                    + found);
            this.role = role;
            this.expected = expected;
            this.found = found;
        }

        public String role() {
            return role;
        }

        public int expected() {
            return expected;
        }

        public int found() {
            return found;
        }

        @Override
        public String code() {
            return "signature-threshold";
        }
    }

    /** Correctly signed, but its time is over: changes stop, what is in force stays. */
    public static final class Expired extends TrustException {
        private final String role;
        private final Instant expires;
        private final Instant now;

        public Expired(String role, Instant expires, Instant now) {
            super("`" + role + "` expired at " + expires + ", it is " + now);
            this.role = role;
            this.expires = expires;
            this.now = now;
        }

        public String role() {
            return role;
        }

        public Instant expires() {
            return expires;
        }

        public Instant now() {
            return now;
        }

        @Override
        public String code() {
            return "expired";
        }
    }

    /** Older than what is trusted already. */
    public static final class Rollback extends TrustException {
        private final String what;
        private final long trusted;
        private final long offered;

        public Rollback(String what, long trusted, long offered) {
            super("`" + what + "` must not go back from " + trusted + " to " + offered);
            this.what = what;
            this.trusted = trusted;
            this.offered = offered;
        }

        public String what() {
            return what;
        }

        public long trusted() {
            return trusted;
        }

        public long offered() {
            return offered;
        }

        @Override
        public String code() {
            return "rollback";
        }
    }

    /** Another version than the delegating metadata says. */
    public static final class VersionMismatch extends TrustException {
        private final String role;
        private final long expected;
        private final long found;

        public VersionMismatch(String role, long expected, long found) {
            super("expected version " + expected + " of `" + role + "`, found " + found);
            this.role = role;
            this.expected = expected;
            this.found = found;
        }

        public String role() {
            return role;
        }

        public long expected() {
            return expected;
        }

        public long found() {
            return found;
        }

        @Override
        public String code() {
            return "version-mismatch";
        }
    }

    /** Bytes whose digest is not the signed one. */
    public static final class HashMismatch extends TrustException {
        private final String what;
        private final String expected;
        private final String found;

        public HashMismatch(String what, String algorithm, String expected, String found) {
            super("expected " + algorithm + " " + expected + " of `" + what + "`, found " + found);
            this.what = what;
            this.expected = expected;
            this.found = found;
        }

        public String what() {
            return what;
        }

        public String expected() {
            return expected;
        }

        public String found() {
            return found;
        }

        @Override
        public String code() {
            return "hash-mismatch";
        }
    }

    /** More bytes than allowed, or another number of bytes than signed. */
    public static final class Length extends TrustException {
        private final String what;
        private final long expected;

        public Length(String what, long expected, String found) {
            super("expected " + expected + " bytes of `" + what + "`, found " + found);
            this.what = what;
            this.expected = expected;
        }

        public String what() {
            return what;
        }

        /** The signed length, or the bound, in bytes. */
        public long expected() {
            return expected;
        }

        @Override
        public String code() {
            return "length";
        }
    }

    /** Something that must exist does not: a metadata file, a role's entry in the snapshot, a target. */
    public static final class NotFound extends TrustException {
        private final String what;

        public NotFound(String what, String where) {
            super("`" + what + "` not found in " + where);
            this.what = what;
        }

        public String what() {
            return what;
        }

        @Override
        public String code() {
            return "not-found";
        }
    }

    /** The repository could not be reached, or broke off; trying again later may help. */
    public static final class Unreachable extends TrustException {
        public Unreachable(String what, Throwable cause) {
            super("cannot fetch `" + what + "`: " + cause.getMessage(), cause);
        }

        @Override
        public String code() {
            return "unreachable";
        }
    }

    /** Our own disk or key store failed; says nothing about the repository. */
    public static final class Storage extends TrustException {
        public Storage(String what, Throwable cause) {
            super("cannot read or write " + what + ": " + cause.getMessage(), cause);
        }

        @Override
        public String code() {
            return "storage";
        }
    }

    /** Director and image repository do not say the same about a target (Uptane standard 5.4.4.2, step 7). */
    public static final class Mismatch extends TrustException {
        private final String path;

        public Mismatch(String path, String detail) {
            super("director and image repository disagree on `" + path + "`: " + detail);
            this.path = path;
        }

        public String path() {
            return path;
        }

        @Override
        public String code() {
            return "repository-mismatch";
        }
    }

    /** A director document that was made for somebody else. */
    public static final class Foreign extends TrustException {
        public Foreign(String detail) {
            super("the director document is not for this device: " + detail);
        }

        @Override
        public String code() {
            return "foreign";
        }
    }

    /** A role vouches for what it never may: code from a key that is online, or a kind that does not fit the path. */
    public static final class NotAllowed extends TrustException {
        private final String path;
        private final String role;

        public NotAllowed(String path, String role, String detail) {
            super("role `" + role + "` may not vouch for `" + path + "`: " + detail);
            this.path = path;
            this.role = role;
        }

        public String path() {
            return path;
        }

        public String role() {
            return role;
        }

        @Override
        public String code() {
            return "not-allowed";
        }
    }
}
