package dev.muster.simulator.run;

import dev.muster.simulator.behaviour.Mix;
import dev.muster.simulator.net.Wire;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What to simulate.
 *
 * @param seed of chance: the same seed deals the same behaviours to the same devices
 * @param telemetry how often each device sends samples; zero: never
 * @param prefix of the devices' names
 * @param state folder of their keys and certificates
 */
public record Plan(
        int devices,
        Mix mix,
        long seed,
        Duration telemetry,
        String prefix,
        String hardware,
        Path state,
        Wire.Options wire) {
    /** The hardware of the agents that `./muster up` starts: what is released for them fits. */
    public static final String HARDWARE = "sim-board";

    /** Name of a device, by its number from 0. */
    String name(int index) {
        return "%s-%05d".formatted(prefix, index + 1);
    }
}
