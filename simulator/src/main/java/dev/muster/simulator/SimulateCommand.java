package dev.muster.simulator;

import dev.muster.simulator.behaviour.Mix;
import dev.muster.simulator.identity.Enrolment.Invitation;
import dev.muster.simulator.net.Wire;
import dev.muster.simulator.run.LocalMuster;
import dev.muster.simulator.run.Moment;
import dev.muster.simulator.run.Plan;
import dev.muster.simulator.run.Simulation;
import dev.muster.simulator.run.View;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command. */
@Command(
        name = "simulate",
        headerHeading = "Example: ./muster simulate --devices 1000 --for 10m%n%n",
        header = "Simulate devices: real certificates and protocol, nothing installed but in memory.",
        description = {
            "Without --server they enrol at the Muster that `./muster up` runs on this machine. Keys and certificates stay in",
            "--state: the next run enrols nobody. Ctrl-C, or the end of --for, lets every device say goodbye.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
    private static final int MOST_DEVICES = 1_000_000;
    private static final long LINE_SECONDS = 10;
    private static final String TERMINAL = "MUSTER_COLUMNS";
    private static final String REST_OF_LINE = "\u001b[K";

    private final PrintWriter out;
    private final Map<String, String> environment;

    @Option(names = "--devices", paramLabel = "N", defaultValue = "100", description = "How many (100).")
    private int devices = 100;

    @Option(
            names = "--mix",
            paramLabel = "SHARES",
            defaultValue = "steady=80,flapping=5,slow=5,failing=5,sleeping=3,clock-wrong=2",
            description = "Percent of each behaviour (${DEFAULT-VALUE}).")
    private Mix mix = Mix.parse("steady=100");

    @Option(
            names = "--telemetry",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How often each sends samples (60s); 0s: never.")
    private Duration telemetry = Duration.ofMinutes(1);

    @Option(
            names = "--connect-rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Connections begun a second, over all devices (100).")
    private int connectRate = 100;

    @Option(names = "--for", paramLabel = "TIME", description = "How long, such as 10m; until Ctrl-C without it.")
    private @Nullable Duration length;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "simulated",
            description = "Keys and certificates, the owner's only (./simulated).")
    private Path state = Path.of("simulated");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Data directory of the Muster of this machine (./data).")
    private Path data = Path.of("data");

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Another server: https://HOST:PORT of its device port.")
    private @Nullable URI server;

    @Option(names = "--token-env", paramLabel = "NAME", description = "Environment variable with the enrolment token.")
    private @Nullable String tokenVariable;

    @Option(
            names = "--ca-fingerprint",
            paramLabel = "sha256:HEX",
            description = "Of the root that vouches for --server.")
    private @Nullable String fingerprint;

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "simulated",
            description = "The devices are NAME-00001 and so on (simulated).")
    private String prefix = "simulated";

    @Option(
            names = "--hardware",
            paramLabel = "ID",
            defaultValue = Plan.HARDWARE,
            description = "What they say that they are (" + Plan.HARDWARE + ", as the agents of `./muster up`).")
    private String hardware = Plan.HARDWARE;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of chance: who behaves how (1).")
    private long seed = 1;

    @Option(
            names = "--keep-alive",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "MQTT keep-alive (60s, as agents).")
    private Duration keepAlive = Duration.ofMinutes(1);

    @Option(names = "--gateway", paramLabel = "HOST:PORT", description = "Another gateway than the server names.")
    private @Nullable String gateway;

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            split = ",",
            description = "Addresses of this machine to connect from, in turn: for more devices than one has ports.")
    private List<String> sources = new ArrayList<>();

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Event loops for sessions (2).")
    private int threads = 2;

    @Option(names = "--requests", paramLabel = "N", defaultValue = "16", description = "HTTPS requests at once (16).")
    private int requests = 16;

    @Option(names = "--lines", description = "A line every 10 s also on a terminal.")
    private boolean lines;

    SimulateCommand(PrintWriter out, Map<String, String> environment) {
        this.out = out;
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException, InterruptedException {
        Plan plan = plan();
        Simulation.Inviting inviting = inviting();
        InstantSource clock = InstantSource.system();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        try (Simulation simulation = Simulation.prepare(plan, inviting, clock, out::println)) {
            Thread farewell = new Thread(() -> {
                asked.countDown();
                await(done);
            });
            Runtime.getRuntime().addShutdownHook(farewell);
            out.println(simulation.enrolledNow() + " devices were enrolled, " + (devices - simulation.enrolledNow())
                    + " had their certificates already");
            View view = new View(devices, Wire.tlsProvider(), System.nanoTime());
            Moment first = Moment.of(simulation.figures());
            simulation.start();
            watch(view, simulation, first, asked);
            simulation.close();
            out.println(view.summary(first, Moment.of(simulation.figures())));
        } finally {
            out.flush();
            done.countDown();
        }
        return 0;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(View view, Simulation simulation, Moment first, CountDownLatch asked)
            throws InterruptedException {
        boolean live = !lines && !environment.getOrDefault(TERMINAL, "").isEmpty();
        long every = TimeUnit.SECONDS.toNanos(live ? 1 : LINE_SECONDS);
        Duration limit = length;
        long end = limit == null ? Long.MAX_VALUE : limit.toNanos();
        Moment before = first;
        boolean drawn = false;
        while (true) {
            long left = end - (System.nanoTime() - first.nanos());
            if (left <= 0 || asked.await(Math.min(left, every), TimeUnit.NANOSECONDS)) {
                return;
            }
            Moment now = Moment.of(simulation.figures());
            if (live) {
                List<String> screen = view.screen(before, now);
                out.print(drawn ? "\u001b[" + screen.size() + "A" : "");
                screen.forEach(line -> out.println(line + REST_OF_LINE));
                drawn = true;
            } else {
                out.println(view.line(before, now));
            }
            out.flush();
            before = now;
        }
    }

    private Plan plan() {
        require("--devices", devices, 1, MOST_DEVICES);
        require("--connect-rate", connectRate, 1, 100_000);
        require("--threads", threads, 1, 64);
        require("--requests", requests, 1, 256);
        require("--keep-alive, in seconds,", keepAlive.toSeconds(), 1, 65_535);
        if (!prefix.matches("[a-z0-9][a-z0-9-]{0,40}")) {
            throw new IllegalArgumentException(
                    "expected --prefix of small letters, digits and hyphens, found `" + prefix + "`");
        }
        return new Plan(
                devices,
                mix,
                seed,
                telemetry,
                prefix,
                hardware,
                state.toAbsolutePath(),
                new Wire.Options(Optional.ofNullable(gateway), addresses(), connectRate, keepAlive, threads, requests));
    }

    private static void require(String option, long found, long least, long most) {
        if (found < least || found > most) {
            throw new IllegalArgumentException(
                    "expected " + option + " from " + least + " to " + most + ", found " + found);
        }
    }

    private List<InetAddress> addresses() {
        List<InetAddress> found = new ArrayList<>();
        for (String source : sources) {
            try {
                found.add(InetAddress.getByName(source));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(
                        "expected addresses of this machine for --from, found `" + source + "`", e);
            }
        }
        return found;
    }

    private Simulation.Inviting inviting() {
        URI other = server;
        if (other == null) {
            if (tokenVariable != null || fingerprint != null) {
                throw new IllegalArgumentException(
                        "expected --server with --token-env and --ca-fingerprint, found none");
            }
            LocalMuster local = new LocalMuster(data.toAbsolutePath());
            return local::invitation;
        }
        String variable = tokenVariable;
        String pinned = fingerprint;
        if (variable == null || pinned == null) {
            throw new IllegalArgumentException("expected --token-env and --ca-fingerprint with --server, found "
                    + (variable == null ? "no --token-env" : "no --ca-fingerprint"));
        }
        String token = environment.getOrDefault(variable, "");
        if (token.isBlank()) {
            throw new IllegalArgumentException(
                    "expected an enrolment token in the environment variable `" + variable + "`, found none");
        }
        return count -> new Invitation(other, token, pinned);
    }
}
