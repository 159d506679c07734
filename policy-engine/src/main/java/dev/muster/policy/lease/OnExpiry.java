package dev.muster.policy.lease;

import java.util.Locale;
import java.util.Optional;

/** What happens to the decisions of a policy whose lease has ended. */
public enum OnExpiry {
    /** Everything stays in force; the device raises an alert. The default: expiry never switches a mine off. */
    KEEP,
    /** Everything stays except the permissions a guard rail names in {@code denyAfterLease}. */
    GUARDRAILS,
    /** Every permission is denied. */
    DENY;

    /** The word in documents and on the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The choice of a word; empty for any other text. */
    public static Optional<OnExpiry> parse(String text) {
        for (OnExpiry choice : values()) {
            if (choice.text().equals(text)) {
                return Optional.of(choice);
            }
        }
        return Optional.empty();
    }
}
