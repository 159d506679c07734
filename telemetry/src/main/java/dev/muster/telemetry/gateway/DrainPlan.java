package dev.muster.telemetry.gateway;

/** When a closing gateway says goodbye to whom: one after the other, over all its event loops. */
final class DrainPlan {
    private DrainPlan() {}

    /**
     * How long a connection stays, in milliseconds. Loops take turns, so that a gateway of many loops with few connections each
     * spreads them as well.
     *
     * @param loop number of its event loop, of {@code loops}
     * @param index number of it on that loop, of {@code connections}
     */
    static long delayMillis(int loop, int loops, int index, int connections, long spanMillis) {
        return spanMillis * (index * (long) loops + loop) / ((long) connections * loops);
    }
}
