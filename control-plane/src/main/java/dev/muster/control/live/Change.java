package dev.muster.control.live;

/** What changed; never how: whoever cares reads it again. */
public record Change(Kind kind, String id) {
    /** Of what. */
    public enum Kind {
        DEVICE,
        ROLLOUT,
        COMMAND,
        ALERT
    }
}
