package dev.muster.agent.fleet;

import dev.muster.agent.AgentHost;
import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.Arguments;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.transport.HttpStatusException;
import dev.muster.protocol.ProtocolException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Hosts N agents in one process: enrols those that have no identity below the state root yet, tells the others where the
 * server is now, starts all, and says {@code fleet: N agents started} when that is done. Exit codes: 1 failed, 2 wrong use.
 */
public final class FleetMain {
    private static final int MAX_AGENTS = 1000;
    private static final int ENROL_ATTEMPTS = 20;
    private static final long ENROL_WAIT_MS = 1500;

    /** Environment variable that holds the enrolment token: unlike arguments, other users cannot read it in {@code ps}. */
    private static final String TOKEN = "MUSTER_ENROL_TOKEN";

    private final PrintStream out;
    private final InstantSource clock;
    private final Optional<String> token;

    private FleetMain(PrintStream out, InstantSource clock, Optional<String> token) {
        this.out = out;
        this.clock = clock;
        this.token = token;
    }

    /** Runs until the process is stopped. */
    public static void main(String[] args) throws InterruptedException {
        try {
            new FleetMain(System.out, InstantSource.system(), Optional.ofNullable(System.getenv(TOKEN)))
                    .run(List.of(args));
            return;
        } catch (IllegalArgumentException e) {
            System.err.println("fleet: " + e.getMessage());
            System.err.println("fleet: expected --server https://HOST:PORT --ca-fingerprint sha256:HEX"
                    + " --state-root DIR --count N [--mqtt HOST:PORT] [--platform simulated|linux] [--name-prefix sim-], and an enrolment"
                    + " token in the environment variable " + TOKEN);
            System.exit(2);
        } catch (IOException | GeneralSecurityException | ProtocolException e) {
            System.err.println("fleet: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run(List<String> args) throws IOException, GeneralSecurityException, InterruptedException {
        Arguments arguments = Arguments.parse(
                args, Set.of("server", "mqtt", "ca-fingerprint", "state-root", "count", "platform", "name-prefix"));
        int count = arguments.number("count", 1, MAX_AGENTS);
        Path root = Path.of(arguments.require("state-root"));
        String prefix = arguments.find("name-prefix").orElse("sim-");
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(
                2, Thread.ofPlatform().name("fleet-timer-", 0).daemon().factory());
        List<AgentHost> hosts = new ArrayList<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(hosts), "fleet-stop"));
        for (int i = 1; i <= count; i++) {
            String name = prefix + String.format("%02d", i);
            StateDir state = new StateDir(root.resolve(name)).create();
            enrolIfNew(arguments, state, name);
            follow(arguments, state);
            AgentHost host =
                    new AgentHost(state, AgentConfig.defaults(), scheduler, clock, AgentLog.to(out, clock, name));
            host.start();
            synchronized (hosts) {
                hosts.add(host);
            }
        }
        out.println("fleet: " + count + " agents started");
        new CountDownLatch(1).await();
    }

    private void enrolIfNew(Arguments arguments, StateDir state, String name)
            throws IOException, GeneralSecurityException, InterruptedException {
        if (new IdentityStore(state).load().isPresent()) {
            return;
        }
        Enroller.Invitation invitation = new Enroller.Invitation(
                URI.create(arguments.require("server")),
                token.orElseThrow(() -> new IllegalArgumentException("expected a token in " + TOKEN + ", found none")),
                arguments.require("ca-fingerprint"),
                Optional.of(name));
        String platform = arguments.find("platform").orElse("simulated");
        for (int attempt = 1; ; attempt++) {
            try {
                var identity = new Enroller(state)
                        .enrol(
                                invitation,
                                Platforms.open(platform, state, clock, System::nanoTime, () -> {}),
                                new SecureRandom(),
                                (why, wait) -> TimeUnit.MILLISECONDS.sleep(wait.toMillis()));
                out.println("fleet: enrolled " + identity.ref());
                return;
            } catch (HttpStatusException e) {
                if (e.status() < 500 || attempt == ENROL_ATTEMPTS) {
                    throw e;
                }
            } catch (IOException e) {
                // A server that is still starting.
                if (attempt == ENROL_ATTEMPTS) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(ENROL_WAIT_MS);
        }
    }

    /** The host of the fleet knows where the server is now; what an agent was told at its enrolment may be older. */
    private static void follow(Arguments arguments, StateDir state) throws IOException {
        URI server = URI.create(arguments.require("server"));
        Optional<String> mqtt = arguments.find("mqtt");
        IdentityStore identities = new IdentityStore(state);
        DeviceIdentity known = identities.load().orElseThrow();
        if (mqtt.isPresent() && !(known.server().equals(server) && known.mqtt().equals(mqtt.get()))) {
            identities.move(server, mqtt.get());
        }
    }

    private void stop(List<AgentHost> hosts) {
        List<AgentHost> running;
        synchronized (hosts) {
            running = List.copyOf(hosts);
        }
        running.parallelStream().forEach(host -> {
            try {
                host.close();
            } catch (IOException e) {
                out.println("fleet: not stopped in order: " + e.getMessage());
            }
        });
    }
}
