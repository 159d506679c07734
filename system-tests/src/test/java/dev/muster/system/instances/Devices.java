package dev.muster.system.instances;

import static org.awaitility.Awaitility.await;

import dev.muster.simulator.behaviour.Behaviour;
import dev.muster.simulator.behaviour.Mix;
import dev.muster.simulator.device.DeviceIo;
import dev.muster.simulator.device.SimulatedDevice;
import dev.muster.simulator.figures.Figures;
import dev.muster.simulator.identity.Enrolment.Invitation;
import dev.muster.simulator.identity.Fleet;
import dev.muster.simulator.identity.FleetFiles;
import dev.muster.simulator.identity.Identity;
import dev.muster.simulator.net.DeviceLink;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Simulated devices of this JVM with certificates by real enrolment; what a sample is worth says which one it is. For one thread. */
final class Devices implements AutoCloseable {
    static final String HARDWARE = Plan.HARDWARE;

    /** Every sample has a number from 1 on; this metric is that number times so many seconds. */
    static final String METRIC = "uptime.seconds";

    static final int SECONDS = 2;

    private static final int CONNECTS_PER_SECOND = 50;
    private static final int REQUESTS = 4;
    private static final Duration GOODBYE = Duration.ofSeconds(30);

    private final String prefix;
    private final Wire wire;
    private final Figures figures;
    private final Map<DeviceLink, SimulatedDevice> devices = new HashMap<>();
    private boolean closed;

    private Devices(String prefix, Wire wire, Figures figures) {
        this.prefix = prefix;
        this.wire = wire;
        this.figures = figures;
    }

    /**
     * Enrols them and switches them on.
     *
     * @param gateway {@code host:port}; where enrolment says if there is none
     * @param version what an agent of another version does differently
     */
    static Devices start(
            Installation installation,
            Path state,
            String prefix,
            int count,
            Optional<String> gateway,
            UnaryOperator<DeviceIo> version)
            throws IOException, GeneralSecurityException, InterruptedException {
        Wire.Options options =
                new Wire.Options(gateway, List.of(), CONNECTS_PER_SECOND, Duration.ofMinutes(1), 1, REQUESTS);
        Duration every = Duration.ofSeconds(SECONDS);
        Plan plan = new Plan(count, Mix.parse("steady=100"), 1, every, prefix, HARDWARE, state, options);
        InstantSource clock = InstantSource.system();
        Simulation.prepare(plan, missing -> invitation(installation, missing), clock, line -> {})
                .close();
        try (FleetFiles files = new FleetFiles(state)) {
            Fleet fleet = files.fleet().orElseThrow();
            Figures figures = new Figures();
            Devices started = new Devices(prefix, new Wire(options, fleet, figures), figures);
            SimulatedDevice.Setup setup = new SimulatedDevice.Setup(HARDWARE, every, clock.millis(), fleet.rootBytes());
            for (Identity identity : files.read(count).values()) {
                DeviceLink link = started.wire.link(identity);
                SimulatedDevice device = new SimulatedDevice(
                        identity.ref(),
                        new Behaviour.Steady(),
                        setup,
                        version.apply(link),
                        clock,
                        new Random(identity.index()),
                        figures);
                link.attach(device);
                started.devices.put(link, device);
            }
            started.devices.forEach((link, device) -> link.run(device::start));
            return started;
        }
    }

    private static Invitation invitation(Installation installation, int devices) throws IOException {
        Map<String, Object> token =
                installation.api().post("/enrolment-tokens", Map.of("name", "many", "uses", devices));
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
        return devices.size();
    }

    int connected() {
        return figures.connectedNow();
    }

    /** Sessions that were accepted since the start. */
    long connects() {
        return figures.connects.sum();
    }

    /** Samples that had to go because too much waited. */
    long dropped() {
        return figures.dropped.sum();
    }

    /** What was refused or lost, by reason, for messages of failures. */
    Map<String, Long> refusals() {
        return figures.refusals();
    }

    /** The last sample of each that was acknowledged; right once they are switched off. */
    Map<String, Long> acknowledged() {
        Map<String, Long> last = new HashMap<>();
        devices.values().forEach(device -> last.put(device.ref().device().value(), device.acknowledgedSamples()));
        return last;
    }

    /** Each says goodbye. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            devices.forEach((link, device) -> link.run(device::stop));
            await("goodbye of all").atMost(GOODBYE).until(() -> connected() == 0);
            wire.close();
        }
    }
}
