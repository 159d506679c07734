package dev.muster.telemetry.sink;

/** Another sink moved an offset that this one believed in: nothing of this poll was stored. */
final class SinkFencedException extends RuntimeException {
    SinkFencedException(String partition, long expected) {
        super("expected offset " + expected + " of `" + partition + "`, found another: a second sink has it now");
    }
}
