package dev.muster.system.instances;

import dev.muster.simulator.behaviour.Mix;
import dev.muster.simulator.identity.Enrolment.Invitation;
import dev.muster.simulator.net.Wire;
import dev.muster.simulator.run.Plan;
import dev.muster.simulator.run.Simulation;
import dev.muster.system.Product;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Simulated devices of this JVM with certificates by real enrolment; what a sample is worth says which one it is. */
final class Devices implements AutoCloseable {
    static final String HARDWARE = Plan.HARDWARE;

    /** Every sample has a number from 1 on; this metric is that number times so much. */
    static final String METRIC = "uptime.seconds";

    static final int SECONDS = 2;

    private static final int CONNECTS_PER_SECOND = 50;
    private static final int REQUESTS = 4;

    private final String prefix;
    private final Simulation simulation;

    private Devices(String prefix, Simulation simulation) {
        this.prefix = prefix;
        this.simulation = simulation;
    }

    /**
     * Enrols them and switches them on.
     *
     * @param gateway {@code host:port}; where enrolment says if there is none
     */
    static Devices start(Installation installation, Path state, String prefix, int count, Optional<String> gateway)
            throws IOException, GeneralSecurityException, InterruptedException {
        Plan plan = new Plan(
                count,
                Mix.parse("steady=100"),
                1,
                Duration.ofSeconds(SECONDS),
                prefix,
                HARDWARE,
                state,
                new Wire.Options(gateway, List.of(), CONNECTS_PER_SECOND, Duration.ofMinutes(1), 1, REQUESTS));
        Simulation simulation = Simulation.prepare(
                plan, missing -> invitation(installation, missing), InstantSource.system(), line -> {});
        simulation.start();
        return new Devices(prefix, simulation);
    }

    private static Invitation invitation(Installation installation, int devices) throws IOException {
        Map<String, Object> token = installation.api().post("/enrolment-tokens", Map.of("name", "many", "uses", devices));
        List<String> flags = Product.flagsOf(Api.text(token, "command"));
        return new Invitation(
                URI.create(flags.get(flags.indexOf("--server") + 1)),
                flags.get(flags.indexOf("--token") + 1),
                flags.get(flags.indexOf("--ca-fingerprint") + 1));
    }

    /** How SQL finds them. */
    String like() {
        return " device like '" + prefix + "-%' ";
    }

    int count() {
        return simulation.names().size();
    }

    int connected() {
        return simulation.figures().connectedNow();
    }

    /** Sessions that were accepted since the start. */
    long connects() {
        return simulation.figures().connects.sum();
    }

    /** Samples that had to go because too much waited. */
    long dropped() {
        return simulation.figures().dropped.sum();
    }

    /** What was refused or lost, by reason, for messages of failures. */
    Map<String, Long> refusals() {
        return simulation.figures().refusals();
    }

    /** The last sample of each that was acknowledged; right once they are switched off. */
    Map<String, Long> acknowledged() {
        return simulation.acknowledgedSamples();
    }

    /** Each says goodbye. */
    @Override
    public void close() throws IOException {
        simulation.close();
    }
}
