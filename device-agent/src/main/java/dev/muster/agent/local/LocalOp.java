package dev.muster.agent.local;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be asked at the local socket. A nonce is a part of asking for a verification. */
public enum LocalOp {
    VERIFY,
    NONCE,
    EXPLAIN,
    STATUS,
    CONSENT,
    PUBLISH,
    REQUEST,
    APPLY_BUNDLE,
    BUNDLE;

    /** The word on the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Inverse of {@link #text()}. */
    public static Optional<LocalOp> find(String text) {
        return Arrays.stream(values()).filter(op -> op.text().equals(text)).findFirst();
    }

    /** All words, for messages. */
    static String words() {
        return Arrays.stream(values()).map(op -> "`" + op.text() + "`").collect(Collectors.joining(", "));
    }
}
