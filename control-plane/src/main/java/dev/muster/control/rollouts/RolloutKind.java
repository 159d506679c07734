package dev.muster.control.rollouts;

/** What a rollout moves devices to. */
public enum RolloutKind {
    RELEASE,
    POLICY,
    SETTINGS;

    /** Lower case, as stored and shown. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    static RolloutKind parse(String text) {
        return valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }
}
