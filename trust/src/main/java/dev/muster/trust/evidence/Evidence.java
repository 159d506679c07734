package dev.muster.trust.evidence;

/** Words of the format, for those who write it and those who check it. */
public final class Evidence {
    /** Media type of the payload of the envelope. */
    public static final String PAYLOAD_TYPE = "application/vnd.muster.evidence+json";

    /** Member {@code _type} of the payload, which is an in-toto statement. */
    public static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

    /** Member {@code predicateType}. */
    public static final String PREDICATE_TYPE = "https://muster.dev/evidence/permission/v1";

    private Evidence() {}
}
