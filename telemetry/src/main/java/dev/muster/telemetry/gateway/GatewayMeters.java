package dev.muster.telemetry.gateway;

import dev.muster.telemetry.lifecycle.Meters;
import java.util.concurrent.atomic.LongAdder;

/** What a gateway counts. */
final class GatewayMeters {
    final Meters all = new Meters("gateway");
    final LongAdder connects = all.counter("connects");
    final LongAdder refusedConnects = all.counter("connects.refused");
    final LongAdder takeovers = all.counter("takeovers");
    final LongAdder cuts = all.counter("cuts");
    final LongAdder publishes = all.counter("publishes");
    final LongAdder acks = all.counter("acks");
    final LongAdder deadLetters = all.counter("dead-letters");
    final LongAdder foreignTopics = all.counter("foreign-topics");
    final LongAdder overQuota = all.counter("over-quota");
    final LongAdder kafkaFailures = all.counter("kafka-failures");
    final LongAdder malformed = all.counter("malformed");
    final LongAdder pauses = all.counter("pauses");
    final LongAdder delivered = all.counter("delivered");
    final LongAdder badRecords = all.counter("bad-records");
    final LongAdder sparkplugBirths = all.counter("sparkplug.births");
    final LongAdder sparkplugGaps = all.counter("sparkplug.gaps");
    final LongAdder sparkplugLost = all.counter("sparkplug.lost");
    final LongAdder sparkplugLate = all.counter("sparkplug.late");
    final LongAdder sparkplugRebirths = all.counter("sparkplug.rebirths");
}
