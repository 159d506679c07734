package dev.muster.simulator.run;

import dev.muster.simulator.behaviour.Behaviour;
import dev.muster.simulator.device.SimulatedDevice;
import dev.muster.simulator.figures.Figures;
import dev.muster.simulator.identity.Certificates;
import dev.muster.simulator.identity.Enrolment;
import dev.muster.simulator.identity.Enrolment.Invitation;
import dev.muster.simulator.identity.Fleet;
import dev.muster.simulator.identity.FleetFiles;
import dev.muster.simulator.identity.Identity;
import dev.muster.simulator.net.DeviceLink;
import dev.muster.simulator.net.Wire;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Devices with certificates, ready to go; then running; then gone. One thread calls it. */
public final class Simulation implements AutoCloseable {
    private static final Duration GOODBYE = Duration.ofSeconds(20);
    private static final int TOLD_EVERY = 500;

    private final FleetFiles files;
    private final Wire wire;
    private final Figures figures;
    private final List<DeviceLink> links = new ArrayList<>();
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final int enrolledNow;
    private final long boot;
    private boolean closed;

    /** Where to enrol; asked only if somebody has to. */
    @FunctionalInterface
    public interface Inviting {
        /** For so many devices. */
        Invitation invitation(int devices) throws IOException, InterruptedException;
    }

    private Simulation(FleetFiles files, Wire wire, Figures figures, int enrolledNow, long boot) {
        this.boot = boot;
        this.files = files;
        this.wire = wire;
        this.figures = figures;
        this.enrolledNow = enrolledNow;
    }

    /**
     * Reads the devices that there are and enrols those that are missing.
     *
     * @param says told how far it is
     * @throws IOException if the state cannot be used, or a device does not get in
     */
    public static Simulation prepare(Plan plan, Inviting inviting, InstantSource clock, Consumer<String> says)
            throws IOException, GeneralSecurityException, InterruptedException {
        MachineLimits.here().require(plan.devices(), plan.wire().sources().size());
        FleetFiles files = new FleetFiles(plan.state());
        try {
            Map<Integer, Identity> known = new ConcurrentHashMap<>(files.read(plan.devices()));
            requireLasting(known, plan, clock.instant());
            int missing = plan.devices() - known.size();
            if (missing > 0) {
                enrol(plan, inviting.invitation(missing), files, known, says);
            }
            Fleet fleet = files.fleet()
                    .orElseThrow(() -> new IOException("expected `fleet.json` in `" + plan.state() + "`, found none"));
            Figures figures = new Figures();
            Simulation simulation =
                    new Simulation(files, new Wire(plan.wire(), fleet, figures), figures, missing, clock.millis());
            simulation.populate(plan, fleet, known, clock);
            return simulation;
        } catch (IOException | GeneralSecurityException | InterruptedException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private static void requireLasting(Map<Integer, Identity> known, Plan plan, Instant now)
            throws IOException, GeneralSecurityException {
        Identity first = known.get(0);
        if (first != null) {
            X509Certificate certificate = Certificates.certificate(first.certificate());
            Instant end = certificate.getNotAfter().toInstant();
            if (end.isBefore(now)) {
                throw new IOException(
                        "expected certificates that last, found that those in `" + plan.state() + "` ended on " + end
                                + "; simulated devices do not renew: take another `--state` and `--prefix`");
            }
        }
    }

    private static void enrol(
            Plan plan, Invitation invitation, FleetFiles files, Map<Integer, Identity> known, Consumer<String> says)
            throws IOException, GeneralSecurityException, InterruptedException {
        requireSameServer(files, invitation, plan);
        int missing = plan.devices() - known.size();
        says.accept("enrolling " + missing + " devices at " + invitation.server());
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        try (Enrolment enrolment = new Enrolment(invitation, plan.wire().sources());
                ExecutorService threads =
                        Executors.newFixedThreadPool(plan.wire().requests())) {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < plan.wire().requests(); i++) {
                workers.add(threads.submit(() -> {
                    try {
                        for (int index = next.getAndIncrement();
                                index < plan.devices() && !failed.get();
                                index = next.getAndIncrement()) {
                            if (!known.containsKey(index)) {
                                enrolOne(enrolment, plan, index, files, known);
                                int so = done.incrementAndGet();
                                if (so % TOLD_EVERY == 0) {
                                    says.accept(so + " of " + missing + " devices are enrolled");
                                }
                            }
                        }
                        return null;
                    } catch (IOException | GeneralSecurityException | InterruptedException | RuntimeException e) {
                        failed.set(true);
                        throw e;
                    }
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new IOException(cause == null ? "not enrolled" : String.valueOf(cause.getMessage()), e);
        }
    }

    private static void enrolOne(
            Enrolment enrolment, Plan plan, int index, FleetFiles files, Map<Integer, Identity> known)
            throws IOException, GeneralSecurityException, InterruptedException {
        Enrolment.Enrolled enrolled = enrolment.enrol(index, plan.name(index), plan.hardware());
        synchronized (files) {
            // First what all need: an identity without it would count as enrolled and could not connect.
            if (!files.fleet().equals(Optional.of(enrolled.fleet()))) {
                files.save(enrolled.fleet());
            }
            files.add(enrolled.identity());
        }
        known.put(index, enrolled.identity());
    }

    private static void requireSameServer(FleetFiles files, Invitation invitation, Plan plan) throws IOException {
        if (files.fleet().isPresent()
                && !files.fleet()
                        .get()
                        .server()
                        .getAuthority()
                        .equals(invitation.server().getAuthority())) {
            throw new IOException("expected devices of `" + invitation.server() + "` in `" + plan.state()
                    + "`, found those of `" + files.fleet().get().server() + "`; take another `--state`");
        }
    }

    private void populate(Plan plan, Fleet fleet, Map<Integer, Identity> known, InstantSource clock) {
        List<Behaviour> dealt = plan.mix().deal(plan.devices(), plan.seed());
        SimulatedDevice.Setup setup =
                new SimulatedDevice.Setup(plan.hardware(), plan.telemetry(), boot, fleet.rootBytes());
        SplittableRandom chance = new SplittableRandom(plan.seed());
        for (int index = 0; index < plan.devices(); index++) {
            Identity identity = known.get(index);
            if (identity == null) {
                throw new IllegalStateException("device " + index + " is not enrolled");
            }
            DeviceLink link = wire.link(identity);
            SimulatedDevice device =
                    new SimulatedDevice(identity.ref(), dealt.get(index), setup, link, clock, chance.split(), figures);
            link.attach(device);
            links.add(link);
            devices.add(device);
        }
    }

    /** How many were enrolled by {@link #prepare}. */
    public int enrolledNow() {
        return enrolledNow;
    }

    /** What they do. */
    public Figures figures() {
        return figures;
    }

    /** The names that the server gave them, in their order. */
    public List<String> names() {
        return devices.stream().map(device -> device.ref().device().value()).toList();
    }

    /** Number of the last sample of each device that was acknowledged, by name; right once it is closed. */
    public Map<String, Long> acknowledgedSamples() {
        return devices.stream()
                .collect(Collectors.toMap(
                        device -> device.ref().device().value(), SimulatedDevice::acknowledgedSamples));
    }

    /** Number of this start, as telemetry carries it. */
    public long boot() {
        return boot;
    }

    /** Switches all devices on. */
    public void start() {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).run(devices.get(i)::start);
        }
    }

    /** The line of every device that is connected is gone at once. */
    public void cutAll() {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).run(devices.get(i)::cut);
        }
    }

    /** Every device says goodbye; returns when all are gone, or after 20 s. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = 0; i < links.size(); i++) {
            links.get(i).run(devices.get(i)::stop);
        }
        long until = System.nanoTime() + GOODBYE.toNanos();
        try {
            while (figures.connectedNow() > 0 && System.nanoTime() - until < 0) {
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        wire.close();
        files.close();
    }
}
