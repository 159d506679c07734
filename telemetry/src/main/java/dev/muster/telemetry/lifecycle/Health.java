package dev.muster.telemetry.lifecycle;

/**
 * Whether a component can do its work now.
 *
 * @param reason why not, for people; {@code ok} when ready
 */
public record Health(boolean ready, String reason) {
    public static final Health READY = new Health(true, "ok");

    public static Health notReady(String reason) {
        return new Health(false, reason);
    }
}
