package dev.muster.simulator.device;

import dev.muster.protocol.desired.InstallLeases;
import java.time.Duration;

/** What became of a try to get the device's document. */
public sealed interface Fetched {
    /** Got and verified. */
    record Fresh(Document document, InstallLeases leases) implements Fetched {}

    /** Got, and not believed. */
    record Refused(String code) implements Fetched {}

    /** Not got. {@code retryAfter} is what the server asked for, zero where it did not. */
    record Unreachable(String why, Duration retryAfter) implements Fetched {}
}
