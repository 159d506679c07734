package dev.muster.agent.config;

import java.util.Locale;

/**
 * What a device must run on before it switches to an image or an app.
 *
 * @param percent charge from which on a battery is enough, 1 to 100; of no meaning but for {@link Need#BATTERY}
 */
public record PowerRule(Need need, int percent) {
    /** What holds where nobody says otherwise: mains, or a battery that is not about to be empty. */
    public static final PowerRule DEFAULT = new PowerRule(Need.BATTERY, 30);

    private static final int FULL = 100;

    /** Kinds of rules. */
    public enum Need {
        /** Whatever it runs on. */
        ANY,
        /** Mains, or a battery that is charged enough. */
        BATTERY,
        /** Mains. */
        MAINS;

        /** In settings: {@code mains}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads {@link #text}; {@link IllegalArgumentException} for anything else. */
        static Need parse(String text) {
            for (Need need : values()) {
                if (need.text().equals(text)) {
                    return need;
                }
            }
            throw new IllegalArgumentException("expected `any`, `battery` or `mains`, found `" + text + "`");
        }
    }

    public PowerRule {
        if (percent < 1 || percent > FULL) {
            throw new IllegalArgumentException("expected 1 to 100 percent, found " + percent);
        }
    }
}
