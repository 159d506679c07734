package dev.muster.agent;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.Arguments;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.enrol.FactoryKey;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.local.LocalClient;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.platform.linux.JournalStream;
import dev.muster.agent.platform.linux.Programs;
import dev.muster.agent.platform.linux.ServiceNotify;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.enrol.InvitationText;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The agent's command line. Exit codes: 0 done or granted, 1 failed or denied, 2 wrong use or no answer. */
public final class Main {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static final String HELP = """
        Muster device agent

          enrol  --server https://HOST:PORT --token TOKEN --ca-fingerprint sha256:HEX
                 [--name NAME] [--state DIR] [--platform linux|openharmony|simulated]
                 asks for a certificate; the server must show a root certificate with this fingerprint; where a
                 person has to approve, shows the fingerprint of its key for comparison and waits; in place of the
                 token: --factory-cert CHAIN.pem --factory-key KEY.pem [--tenant NAME], what the device's maker gave it;
                 in place of all: --invitation TEXT, the text of a QR code, or --invitation-file FILE with that text,
                 which no other user sees among the processes
          run    [--state DIR] [--services-socket FILE --services-group GROUP]
                 runs until it is stopped (SIGTERM, Ctrl-C); FILE is a second socket that GROUP may open, for services
                 of other users: the settings say who of them may ask what
          status [--state DIR]
                 asks the running agent how it is
          verify [--state DIR] --app BUNDLE --permission NAME [--user ID] [--instance N]
                 asks the running agent for one decision and why, how far it binds on this device and how the
                 policy's lease stands; exit 0 granted, 1 denied, 2 no answer

          apply-bundle FILE [--state DIR]
                 follows an offline bundle, as if its content had come over the link: through the running agent, or
                 through one that runs as long as that takes; exit 0 applied, or waiting for its window, 1 refused or
                 not finished

          explain [--state DIR] --app BUNDLE --permission NAME [--user ID] [--instance N]
                 the same decision with all that it rests on, as JSON, not counted as use

          consent [--state DIR] --target NAME
                 agrees that what is loaded is switched to, such as `image`; exit 0 something waited, 1 nothing did

          --version
                 the agent's version, and that of the Java it runs on

        DIR is $MUSTER_AGENT_STATE or ~/.muster-agent unless given; its path plus `/agent.sock` must fit in 107 bytes.
        """;

    private final PrintStream out;
    private final PrintStream err;
    private final InstantSource clock;

    Main(PrintStream out, PrintStream err, InstantSource clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        try {
            Tls.trustNobodyElse();
        } catch (GeneralSecurityException e) {
            System.err.println("agent: this Java has no TLS 1.3: " + e.getMessage());
            System.exit(FAILED);
        }
        System.exit(new Main(System.out, System.err, InstantSource.system()).execute(List.of(args)));
    }

    private int version() {
        out.println("muster-agent "
                + Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                        .orElse("of a build that is not packaged")
                + ", Java " + Runtime.version() + ", " + System.getProperty("os.arch"));
        return DONE;
    }

    int execute(List<String> args) {
        String command = args.isEmpty() ? "--help" : args.getFirst();
        List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
        try {
            return switch (command) {
                case "--version", "version" -> version();
                case "enrol" -> enrol(rest);
                case "run" -> run(rest);
                case "status" -> status(rest);
                case "verify" -> verify(rest);
                case "explain" -> explain(rest);
                case "consent" -> consent(rest);
                case "apply-bundle" -> applyBundle(rest);
                case "--help", "-h", "help" -> {
                    out.print(HELP);
                    yield DONE;
                }
                default ->
                    throw new IllegalArgumentException(
                            "expected `enrol`, `run`, `status`, `verify`, `explain`, `consent` or `apply-bundle`,"
                                    + " found `"
                                    + command + "`");
            };
        } catch (IllegalArgumentException e) {
            err.println("agent: " + e.getMessage() + " (see --help)");
            return USAGE;
        }
    }

    private int enrol(List<String> rest) {
        Arguments arguments = Arguments.parse(
                rest,
                Set.of(
                        "server",
                        "token",
                        "ca-fingerprint",
                        "name",
                        "state",
                        "platform",
                        "tenant",
                        "factory-cert",
                        "factory-key",
                        "invitation",
                        "invitation-file"));
        StateDir state = state(arguments);
        try {
            Enroller.Invitation invitation = invitation(arguments);
            state.create();
            Optional<DeviceIdentity> before = new IdentityStore(state).load();
            if (before.isPresent()) {
                out.println("already enrolled as " + before.get().ref() + " in " + state.root());
                return DONE;
            }
            DeviceIdentity identity = new Enroller(state)
                    .enrol(
                            invitation,
                            Platforms.open(
                                    arguments.find("platform").orElse("linux"),
                                    state,
                                    clock,
                                    System::nanoTime,
                                    () -> {}),
                            new SecureRandom(),
                            this::pass);
            out.println("enrolled as " + identity.ref() + ", certificate until "
                    + identity.certificate().getNotAfter().toInstant());
            out.println("now start: run --state " + state.root());
            return DONE;
        } catch (IOException | GeneralSecurityException | ProtocolException e) {
            err.println("agent: not enrolled: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static Enroller.Invitation invitation(Arguments arguments) throws IOException, GeneralSecurityException {
        Optional<String> scanned = arguments.find("invitation");
        if (arguments.find("invitation-file").isPresent()) {
            scanned = Optional.of(Files.readString(Path.of(arguments.require("invitation-file")))
                    .strip());
        }
        if (scanned.isPresent()) {
            InvitationText text = InvitationText.parse(scanned.get());
            return new Enroller.Invitation(text.server(), text.token(), text.fingerprint(), arguments.find("name"));
        }
        URI server = URI.create(arguments.require("server"));
        String fingerprint = arguments.require("ca-fingerprint");
        if (arguments.find("factory-cert").isEmpty()) {
            return new Enroller.Invitation(server, arguments.require("token"), fingerprint, arguments.find("name"));
        }
        FactoryKey key = FactoryKey.ofFiles(
                Path.of(arguments.require("factory-cert")), Path.of(arguments.require("factory-key")));
        return Enroller.Invitation.ofFactory(
                server,
                new Enroller.Factory(arguments.find("tenant").orElse("default"), key),
                fingerprint,
                arguments.find("name"));
    }

    private void pass(String why, Duration wait) throws InterruptedException {
        out.println(why + "; asks again in " + (wait.toSeconds() + 1) + " s");
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
    }

    private int run(List<String> rest) {
        Arguments arguments = Arguments.parse(rest, Set.of("state", "services-socket", "services-group"));
        StateDir state = state(arguments);
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(
                1, Thread.ofPlatform().name("agent-timer").daemon().factory());
        AgentLog log = output(System.getenv());
        AgentHost host = new AgentHost(state, config(arguments), scheduler, clock, log);
        try {
            host.start();
        } catch (IOException | ProtocolException e) {
            err.println("agent: not started: " + e.getMessage());
            return FAILED;
        }
        ServiceNotify.find(System.getenv(), new Programs(Path.of("/")))
                .ifPresent(service -> tell(service, scheduler, log));
        CountDownLatch never = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(host), "agent-stop"));
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return DONE;
    }

    private AgentLog output(Map<String, String> environment) {
        if (JournalStream.isAt(environment, JournalStream.STANDARD_OUTPUT)) {
            return AgentLog.toJournal(out);
        }
        // Said by whoever pipes our output into it: a pipe does not tell where it ends.
        return environment.getOrDefault("MUSTER_AGENT_OUTPUT", "").equals("hilog")
                ? AgentLog.toHilog(out)
                : AgentLog.to(out, clock, "agent");
    }

    // On the agent's own timer: while that is held up, no sign of life goes out, and the agent is started again.
    private static void tell(ServiceNotify service, ScheduledExecutorService scheduler, AgentLog log) {
        told(service::ready, log);
        service.heartbeat().ifPresent(every -> {
            var unused = scheduler.scheduleWithFixedDelay(
                    () -> told(service::alive, log), 0, every.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private interface Telling {
        void tell() throws IOException;
    }

    private static void told(Telling telling, AgentLog log) {
        try {
            telling.tell();
        } catch (IOException e) {
            log.line("the service manager is not told: " + e.getMessage());
        }
    }

    private static AgentConfig config(Arguments arguments) {
        AgentConfig config = AgentConfig.defaults().withFileNews();
        return arguments.find("services-socket").isEmpty()
                        && arguments.find("services-group").isEmpty()
                ? config
                : config.withServices(new AgentConfig.ServicesSocket(
                        Path.of(arguments.require("services-socket")).toAbsolutePath(),
                        arguments.require("services-group")));
    }

    private void stop(AgentHost host) {
        try {
            host.close();
        } catch (IOException e) {
            err.println("agent: not stopped in order: " + e.getMessage());
        }
    }

    private int status(List<String> rest) {
        return print(state(Arguments.parse(rest, Set.of("state"))), Map.of("op", "status"));
    }

    private static final Set<String> QUESTION = Set.of("state", "app", "permission", "user", "instance");

    private static Map<String, Object> question(String op, Arguments arguments) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("op", op);
        request.put("app", arguments.require("app"));
        request.put("permission", arguments.require("permission"));
        for (String number : List.of("user", "instance")) {
            if (arguments.find(number).isPresent()) {
                request.put(number, arguments.number(number, 0, 999_999_999));
            }
        }
        return request;
    }

    private int explain(List<String> rest) {
        Arguments arguments = Arguments.parse(rest, QUESTION);
        return print(state(arguments), question("explain", arguments));
    }

    private int print(StateDir state, Map<String, Object> request) {
        try {
            JsonObject answer = LocalClient.ask(state.socket(), request);
            Optional<String> error = answer.optionalString("error");
            if (error.isPresent() && answer.has("code")) {
                err.println("agent: " + error.get());
                return USAGE;
            }
            out.println(new String(JsonObject.write(answer.members()), StandardCharsets.UTF_8));
            return DONE;
        } catch (IOException | ProtocolException e) {
            err.println("agent: no answer from `" + state.socket() + "`: " + e.getMessage());
            return USAGE;
        }
    }

    private int verify(List<String> rest) {
        Arguments arguments = Arguments.parse(rest, QUESTION);
        StateDir state = state(arguments);
        Map<String, Object> request = question("verify", arguments);
        try {
            JsonObject answer = LocalClient.ask(state.socket(), request);
            Optional<String> error = answer.optionalString("error");
            if (error.isPresent()) {
                err.println("agent: " + error.get());
                return USAGE;
            }
            boolean granted = answer.optionalFlag("granted").orElse(false);
            out.println((granted ? "granted" : "denied") + " " + answer.string("reason") + " (policy version "
                    + answer.number("policyVersion") + "): " + answer.string("text"));
            out.println("level " + answer.string("level") + ": " + answer.string("levelText"));
            out.println("lease " + answer.string("lease"));
            return granted ? DONE : FAILED;
        } catch (IOException | ProtocolException e) {
            err.println("agent: no answer from `" + state.socket() + "`: " + e.getMessage());
            return USAGE;
        }
    }

    private int consent(List<String> rest) {
        Arguments arguments = Arguments.parse(rest, Set.of("state", "target"));
        StateDir state = state(arguments);
        try {
            JsonObject answer =
                    LocalClient.ask(state.socket(), Map.of("op", "consent", "target", arguments.require("target")));
            boolean agreed = answer.optionalFlag("agreed").orElse(false);
            out.println(agreed ? "agreed: the agent switches to it now" : "nothing waits for consent under that name");
            return agreed ? DONE : FAILED;
        } catch (IOException | ProtocolException e) {
            err.println("agent: no answer from `" + state.socket() + "`: " + e.getMessage());
            return USAGE;
        }
    }

    private int applyBundle(List<String> rest) {
        if (rest.isEmpty() || rest.getFirst().startsWith("--")) {
            throw new IllegalArgumentException("expected a bundle after `apply-bundle`, found nothing");
        }
        StateDir state = state(Arguments.parse(rest.subList(1, rest.size()), Set.of("state")));
        try {
            return new ApplyBundle(state, clock, out, err).apply(Path.of(rest.getFirst())) ? DONE : FAILED;
        } catch (IOException | ProtocolException e) {
            err.println("agent: the bundle is not applied: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static StateDir state(Arguments arguments) {
        return new StateDir(arguments
                .find("state")
                .or(() ->
                        Optional.ofNullable(System.getenv("MUSTER_AGENT_STATE")).filter(path -> !path.isEmpty()))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".muster-agent")));
    }
}
