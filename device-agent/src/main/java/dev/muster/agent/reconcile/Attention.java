package dev.muster.agent.reconcile;

import java.util.concurrent.atomic.AtomicBoolean;

/** Whether a pass is waiting to begin, which a running transfer makes way for. Thread-safe. */
public final class Attention {
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean closing;

    /** Whether what runs now should come to an end. */
    public boolean shouldYield() {
        return closing || asked.get();
    }

    /** Asks; false if somebody else's asking is still unanswered. */
    boolean ask() {
        return asked.compareAndSet(false, true);
    }

    void given() {
        asked.set(false);
    }

    void close() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }
}
