package dev.muster.protocol.reported;

import dev.muster.protocol.ProtocolException;
import java.util.Locale;

/** Where a device stands with one target; the states of the agent's update machine (design section 5). */
public enum ConditionState {
    /** Seen in verified director metadata. */
    OFFERED,
    /** Both repositories agree and every check before the first byte passed. */
    VERIFIED,
    /** Bytes are coming in; {@code progress} counts. */
    FETCHING,
    /** All bytes are in place and were read back. */
    WRITTEN,
    /** The one atomic switch was made; a restart is due. */
    ARMED,
    /** Running on trial, until the local health checks have spoken. */
    TRIAL,
    /** In force. */
    COMMITTED,
    /** The old state is back in force; {@code reason} says why. */
    ROLLED_BACK,
    /** Refused or broken off before the switch; the old state never left. */
    FAILED,
    /** Removed, as the document asks. */
    ABSENT,
    /** Was in force and was changed by somebody else. */
    DRIFTED;

    /** Whether nothing more happens without a new document. */
    public boolean isFinal() {
        return switch (this) {
            case COMMITTED, ROLLED_BACK, FAILED, ABSENT -> true;
            case OFFERED, VERIFIED, FETCHING, WRITTEN, ARMED, TRIAL, DRIFTED -> false;
        };
    }

    /** Lower case with hyphens, as on the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Inverse of {@link #text()}. */
    public static ConditionState parse(String text) {
        for (ConditionState state : values()) {
            if (state.text().equals(text)) {
                return state;
            }
        }
        throw new ProtocolException("expected a condition state, found `" + text + "`");
    }
}
