package dev.muster.simulator.device;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.command.CommandAnswer.Outcome;
import dev.muster.protocol.command.CommandReasons;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.manifest.VersionManifest.InstalledImage;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.telemetry.JsonTelemetry;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import dev.muster.simulator.behaviour.Behaviour;
import dev.muster.simulator.device.Document.Target;
import dev.muster.simulator.figures.Figures;
import dev.muster.simulator.figures.Figures.Standing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * One device as its behaviour has it: connects, reports, sends telemetry, follows its document. Speaks with the world through its
 * {@link DeviceIo} alone. One thread.
 */
public final class SimulatedDevice {
    private static final Duration BACKOFF_BASE = Duration.ofSeconds(1);
    private static final Duration BACKOFF_LIMIT = Duration.ofMinutes(1);
    private static final Duration REFUSED_AGAIN = Duration.ofMinutes(5);
    private static final int MOST_DOUBLINGS = 20;
    private static final int IN_FLIGHT = 16;
    /** Of them for a report and answers. */
    private static final int IN_FLIGHT_OTHERS = 4;

    private static final int FAILURE = 0x80;
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int SESSION_TAKEN_OVER = 0x8E;

    private final DeviceRef ref;
    private final Behaviour behaviour;
    private final Setup setup;
    private final DeviceIo io;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Figures figures;
    private final DeviceTrust trust;
    private final Installs installs;
    private final SampleQueue samples = new SampleQueue();

    private boolean stopped;
    private boolean open;
    private boolean cut;
    private long session;
    private int window;
    private int failures;
    private boolean factsDue;
    private boolean reportDue;
    private boolean reporting;
    private boolean resting;
    private boolean fetching;
    private long hinted;
    private int fetchFailures;
    private long generation;
    private Standing stands = Standing.NONE;

    /**
     * What devices of one simulation share.
     *
     * @param telemetry how often samples are sent; zero: never
     * @param boot number of this start, which grows with every start
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Setup(String hardware, Duration telemetry, long boot, byte[] directorRoot) {}

    /**
     * Makes a device that does nothing until {@link #start}.
     *
     * @param time the true one; the device's own may differ
     */
    public SimulatedDevice(
            DeviceRef ref,
            Behaviour behaviour,
            Setup setup,
            DeviceIo io,
            InstantSource time,
            RandomGenerator random,
            Figures figures) {
        this.ref = ref;
        this.behaviour = behaviour;
        this.setup = setup;
        this.io = io;
        Duration error = behaviour.clockError(random);
        this.clock = error.isZero() ? time : () -> time.instant().plus(error);
        this.random = random;
        this.figures = figures;
        this.trust = new DeviceTrust(ref, setup.hardware(), setup.directorRoot(), clock);
        this.installs = new Installs(behaviour, random, clock, trust, new Around());
        figures.enters(stands);
    }

    public Behaviour behaviour() {
        return behaviour;
    }

    public DeviceRef ref() {
        return ref;
    }

    /** Switches it on. */
    public void start() {
        io.later(behaviour.first(random), this::connect);
        if (!setup.telemetry().isZero()) {
            // A fleet does not sample in step.
            io.later(Duration.ofMillis(random.nextLong(setup.telemetry().toMillis() + 1)), this::sample);
        }
    }

    /** Switches it off: says goodbye, and does nothing any more. */
    public void stop() {
        stopped = true;
        io.close(true);
    }

    /** Number of the last sample that was acknowledged, or given up; 0 before the first. */
    public long acknowledgedSamples() {
        return samples.last();
    }

    /** Whether it was switched off. */
    public boolean isStopped() {
        return stopped;
    }

    /** Its line is gone; it comes back as after any loss. */
    public void cut() {
        if (open) {
            cut = true;
            io.close(false);
        }
    }

    private void connect() {
        if (!stopped && !open) {
            io.connect();
        }
    }

    /** The gateway let it in. */
    public void opened(int receiveMaximum) {
        open = true;
        failures = 0;
        session++;
        window = Math.max(1, Math.min(IN_FLIGHT, receiveMaximum) - IN_FLIGHT_OTHERS);
        figures.connected(behaviour, 1);
        long of = session;
        behaviour
                .session(random)
                .ifPresent(length -> io.later(length, () -> {
                    if (open && of == session) {
                        io.close(behaviour.saysGoodbye());
                    }
                }));
        // What was on the way may be lost: all is said again.
        factsDue = true;
        reportDue = true;
        reporting = false;
        resting = false;
        samples.rewind();
        report();
        pump();
    }

    /** There is no session, or it did not come about. */
    public void closed(Ending ending) {
        if (open) {
            figures.connected(behaviour, -1);
            open = false;
        }
        switch (ending) {
            case Ending.Ours ours -> again(cut ? backoff() : behaviour.away(random));
            case Ending.Lost lost -> {
                if (!stopped) {
                    figures.refused(lost.why());
                }
                again(backoff());
            }
            case Ending.Told told -> {
                figures.refused("0x%02X".formatted(told.reasonCode()));
                // Somebody else is this device, or it is not let in: no use in asking fast.
                if (told.reasonCode() == SESSION_TAKEN_OVER || told.reasonCode() == NOT_AUTHORIZED) {
                    failures = MOST_DOUBLINGS;
                }
                again(backoff());
            }
        }
        cut = false;
    }

    private void again(Duration delay) {
        if (!stopped) {
            io.later(delay, this::connect);
        }
    }

    // Full jitter, as an agent's.
    private Duration backoff() {
        Duration delay = jitter(failures);
        failures = Math.min(failures + 1, MOST_DOUBLINGS);
        return delay;
    }

    private Duration jitter(int doublings) {
        long bound = Math.min(BACKOFF_LIMIT.toMillis(), BACKOFF_BASE.toMillis() << doublings);
        return Duration.ofMillis(random.nextLong(bound + 1));
    }

    // ---- messages

    /** The gateway has a message, or refused it. */
    public void acknowledged(Outgoing message, int reasonCode) {
        boolean refused = reasonCode >= FAILURE;
        if (refused) {
            figures.refused("PUBACK 0x%02X".formatted(reasonCode));
        }
        switch (message) {
            case Outgoing.Report report -> {
                reporting = false;
                report();
            }
            case Outgoing.Samples sent -> {
                if (refused) {
                    rest();
                } else {
                    samples.acknowledged(sent.seq());
                    figures.samples.increment();
                    pump();
                }
            }
            case Outgoing.Answer answer -> {}
        }
    }

    private void report() {
        if (!open || reporting || !reportDue) {
            return;
        }
        Map<String, String> facts = factsDue ? facts() : Map.of();
        reporting = true;
        reportDue = false;
        factsDue = false;
        io.publish(new Outgoing.Report(new ReportedState(generation, facts, installs.conditions()).toJson()));
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>();
        facts.put("platform", "simulated");
        facts.put("hardware", setup.hardware());
        facts.put("serial", ref.device().value());
        facts.put("os.name", "OpenHarmony (simulated)");
        facts.put("os.version", image().map(Target::version).orElse("1.0.0"));
        facts.put("os.apiVersion", "12");
        facts.put("slots", "2");
        facts.put("simulator.behaviour", behaviour.text());
        facts.put("agent.targets", String.join(",", TargetName.KINDS));
        return facts;
    }

    private Optional<Target> image() {
        return installs.inForce().stream()
                .filter(target -> target.name() instanceof TargetName.Image)
                .findAny();
    }

    private void sample() {
        if (stopped) {
            return;
        }
        io.later(setup.telemetry(), this::sample);
        if (samples.add(clock.millis())) {
            figures.dropped.increment();
        }
        pump();
    }

    private void pump() {
        if (!open || resting) {
            return;
        }
        for (long seq = samples.take(window); seq > 0; seq = samples.take(window)) {
            io.publish(new Outgoing.Samples(setup.boot(), seq, samplesOf(seq)));
        }
    }

    // The values follow from the number, so that nothing has to be kept to send it again.
    private byte[] samplesOf(long seq) {
        long at = samples.at(seq);
        double wave = Math.sin(seq / 20.0);
        return new JsonTelemetry(List.of(
                        new Sample("cpu.load", at, 0.3 + 0.2 * wave),
                        new Sample("temperature.celsius", at, 40 + 10 * wave),
                        new Sample("uptime.seconds", at, seq * setup.telemetry().toSeconds())))
                .toJson();
    }

    // Too much for the gateway: later again, from the first that was not taken.
    private void rest() {
        if (resting) {
            return;
        }
        resting = true;
        long of = session;
        io.later(BACKOFF_LIMIT.dividedBy(6).plus(jitter(0)), () -> {
            if (of == session) {
                resting = false;
                samples.rewind();
                pump();
            }
        });
    }

    /** Somebody asks for something: a simulated device does nothing, and says so. */
    public void command(Command command) {
        CommandAnswer answer = clock.instant().isAfter(command.deadline())
                ? new CommandAnswer(command.id(), Outcome.EXPIRED, "", CommandReasons.EXPIRED)
                : new CommandAnswer(
                        command.id(),
                        Outcome.REJECTED,
                        "a simulated device carries out no commands",
                        CommandReasons.NOT_HERE);
        if (open) {
            io.publish(new Outgoing.Answer(command.id(), answer.toJson()));
        }
    }

    // ---- the document

    /** Something changed up to this generation. */
    public void hint(long newest) {
        hinted = Math.max(hinted, newest);
        refreshIfBehind();
    }

    private void refreshIfBehind() {
        if (hinted > generation) {
            refresh();
        }
    }

    private void refresh() {
        if (stopped || fetching) {
            return;
        }
        fetching = true;
        moves(Standing.FETCHING);
        io.fetch(trust);
    }

    /** What became of it. */
    public void fetched(Fetched result) {
        fetching = false;
        switch (result) {
            case Fetched.Fresh fresh -> {
                fetchFailures = 0;
                figures.documents.increment();
                generation = fresh.document().generation();
                moves(Standing.INSTALLING);
                installs.follow(fresh.document(), fresh.leases());
                if (hinted > generation) {
                    io.later(BACKOFF_BASE.plus(jitter(0)), this::refreshIfBehind);
                }
            }
            case Fetched.Refused refused -> {
                figures.refused("document: " + refused.code());
                moves(Standing.REFUSED);
                io.later(REFUSED_AGAIN.plus(jitter(MOST_DOUBLINGS)), this::refresh);
            }
            case Fetched.Unreachable unreachable -> {
                figures.refused("https: " + unreachable.why());
                fetchFailures = Math.min(fetchFailures + 1, MOST_DOUBLINGS);
                io.later(unreachable.retryAfter().plus(jitter(fetchFailures)), this::refresh);
            }
        }
    }

    private void moves(Standing to) {
        figures.moves(stands, to);
        stands = to;
    }

    /** The server has the manifest, or did not take it. */
    public void manifestSent(Optional<Duration> again) {
        again.ifPresent(wait -> {
            fetchFailures = Math.min(fetchFailures + 1, MOST_DOUBLINGS);
            long of = generation;
            io.later(wait.plus(jitter(fetchFailures)), () -> {
                if (of == generation && !stopped && !installs.isBusy()) {
                    io.send(manifest());
                }
            });
        });
    }

    private VersionManifest manifest() {
        List<InstalledApp> apps = new ArrayList<>();
        for (Target target : installs.inForce()) {
            if (target.name() instanceof TargetName.App app) {
                apps.add(new InstalledApp(
                        app.bundle(),
                        target.releaseCounter(),
                        target.version(),
                        Optional.of(target.sha256()),
                        "normal",
                        List.of()));
            }
        }
        return new VersionManifest(
                ref,
                clock.instant(),
                generation,
                setup.hardware(),
                image().map(target -> new InstalledImage(target.version(), target.sha256(), target.length(), "b")),
                apps,
                List.of());
    }

    private final class Around implements Installs.Surroundings {
        @Override
        public void changed() {
            reportDue = true;
            report();
        }

        @Override
        public void settled() {
            // What runs is a fact, too.
            factsDue = true;
            changed();
            moves(installs.anyFailed() ? Standing.FAILED : installs.anyHeld() ? Standing.HELD : Standing.SETTLED);
            if (!stopped) {
                io.send(manifest());
            }
        }

        @Override
        public void refresh() {
            SimulatedDevice.this.refresh();
        }

        @Override
        public void later(Duration delay, Runnable work) {
            io.later(delay, work);
        }
    }
}
