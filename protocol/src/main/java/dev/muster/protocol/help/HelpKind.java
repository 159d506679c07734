package dev.muster.protocol.help;

import dev.muster.protocol.ProtocolException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a session of remote help does: one thing, chosen when it is asked for. */
public enum HelpKind {
    /** A shell on the device. */
    TERMINAL,
    /** One file from the device. */
    GET,
    /** One file onto the device. */
    PUT,
    /** TCP connections to one address that the device can reach. */
    FORWARD;

    /** The word on the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Inverse of {@link #text()}. */
    public static Optional<HelpKind> find(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }

    /** Inverse of {@link #text()}; a {@link ProtocolException} for any other word. */
    public static HelpKind parse(String text) {
        return find(text)
                .orElseThrow(() -> new ProtocolException("expected a kind of " + words() + ", found `" + text + "`"));
    }

    /** All words. */
    public static List<String> words() {
        return Arrays.stream(values()).map(HelpKind::text).toList();
    }
}
