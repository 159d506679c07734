package dev.muster.telemetry.lifecycle;

/**
 * Whether a component can do its work now, and whether it ever will again by itself.
 *
 * @param ready false: it is sent no work now
 * @param live false: only a new start helps
 * @param reason why not, for people; {@code ok} when ready
 */
public record Health(boolean ready, boolean live, String reason) {
    public static final Health READY = new Health(true, true, "ok");

    public static Health notReady(String reason) {
        return new Health(false, true, reason);
    }

    /** Will not be ready any more, whatever comes. */
    public static Health dead(String reason) {
        return new Health(false, false, reason);
    }
}
