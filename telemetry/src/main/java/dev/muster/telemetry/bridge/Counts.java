package dev.muster.telemetry.bridge;

import java.util.concurrent.atomic.LongAdder;

/** What a bridge counts. Thread-safe. */
final class Counts {
    final LongAdder received = new LongAdder();
    final LongAdder values = new LongAdder();
    final LongAdder deadLetters = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final LongAdder dropped = new LongAdder();
}
