package dev.muster.trust.metadata;

import dev.muster.trust.TrustException;
import dev.muster.trust.json.Fields;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** The signed part of one metadata file. All four kinds are immutable. */
public sealed interface Metadata permits Root, Timestamp, Snapshot, Targets {
    /** The specification that we follow; another major version is refused (specification 4.3). */
    String SPEC_VERSION = "1.0.34";

    /** What {@code _type} says. */
    String type();

    /** Grows with every change, from 1. */
    long version();

    /** From this instant on, changes are not accepted on the word of this file. */
    Instant expires();

    /** The {@code signed} object. */
    Map<String, Object> toTree();

    /** The members that every kind has, checked: type, major version of the specification. */
    static void checkHeader(String type, Fields signed) {
        String found = signed.string("_type");
        if (!found.equals(type)) {
            throw signed.malformed("expected `_type` " + type + ", found `" + found + "`");
        }
        String specVersion = signed.string("spec_version");
        if (!specVersion.startsWith("1.")) {
            throw signed.malformed("expected `spec_version` 1.x, found `" + specVersion + "`");
        }
    }

    /** The members that every kind has, as they are written. */
    static Map<String, Object> header(Metadata metadata) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("_type", metadata.type());
        tree.put("spec_version", SPEC_VERSION);
        tree.put("version", metadata.version());
        tree.put("expires", metadata.expires().truncatedTo(ChronoUnit.SECONDS).toString());
        return tree;
    }

    /** Fails with {@link TrustException.Expired} if {@code now} is not before the expiry. */
    default void requireUnexpired(String role, Instant now) {
        if (!expires().isAfter(now)) {
            throw new TrustException.Expired(role, expires(), now);
        }
    }
}
