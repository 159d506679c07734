package dev.muster.control.telemetry;

import dev.muster.telemetry.query.DeviceValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Between what devices send and one reader: at most so many samples wait. A reader that is too slow loses the newest, and is told
 * how many. Thread-safe.
 */
final class TailBuffer {
    private final int most;
    private final Deque<DeviceValue> waiting = new ArrayDeque<>();
    private long dropped;

    TailBuffer(int most) {
        this.most = most;
    }

    /**
     * What a reader gets at once.
     *
     * @param dropped how many samples were lost since the last time
     */
    record Taken(long dropped, List<DeviceValue> samples) {
        Taken {
            samples = List.copyOf(samples);
        }
    }

    synchronized void offer(DeviceValue sample) {
        if (waiting.size() < most) {
            waiting.add(sample);
        } else {
            dropped++;
        }
    }

    /** All that waits; nothing does afterwards. */
    synchronized Taken take() {
        Taken taken = new Taken(dropped, new ArrayList<>(waiting));
        waiting.clear();
        dropped = 0;
        return taken;
    }
}
