package dev.muster.standalone.up;

import dev.muster.standalone.api.ApiClient;
import dev.muster.standalone.api.ApiException;
import dev.muster.standalone.process.Await;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.FolderLock;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.HttpProbe;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import dev.muster.standalone.seed.Story;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * One running instance: started in dependency order, stopped in reverse, by whichever of Ctrl-C, {@code down} or a
 * failed start comes first.
 */
final class Product {
    private static final Duration FLEET_ONLINE = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(250);

    private final UpOptions options;
    private final DataDirectory data;
    private final Secrets secrets;
    private final Progress progress;
    private final Optional<WebCertificate> web;
    private final SupervisedServer postgres;
    private final SupervisedServer kafka;
    private final SupervisedServer keycloak;
    private final SupervisedServer controlPlane;
    private final SupervisedServer agents;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Product(UpOptions options, DataDirectory data, Progress progress) {
        this.options = options;
        this.data = data;
        this.progress = progress;
        this.secrets = Secrets.loadOrCreate(data.secrets());
        this.web = options.host()
                .map(host -> WebCertificate.ensure(data.root().resolve("web"), host, secrets.get("web.keystore")));
        Servers servers = new Servers(
                options,
                data,
                secrets,
                progress,
                RuntimeFiles.locate().withCache(data.programs()),
                ProductFiles.locate(),
                web);
        this.postgres = servers.postgres();
        this.kafka = servers.kafka();
        this.keycloak = servers.keycloak();
        this.controlPlane = servers.controlPlane();
        this.agents = servers.agents(() -> new FleetEnrolment(data).obtain(options.devices(), this::api));
    }

    /**
     * Runs an instance until it is told to stop.
     *
     * @throws StandaloneException if it cannot start; everything that had started is stopped again
     */
    static void run(UpOptions options, Progress progress) {
        ProductFiles product = ProductFiles.locate();
        RuntimeFiles.locate();
        product.serverJar();
        if (options.devices() > 0) {
            product.agentClassPath();
        }
        DataDirectory data = DataDirectory.prepare(options.data());
        try (FolderLock lock = acquire(data)) {
            // In this order: whoever sees the process must not see the phase of an earlier one.
            new RunState(options, RunState.Phase.STARTING).save(data);
            RunState.supervisor(data).write(ProcessHandle.current());
            new Leftovers(data, progress).stop();
            options.ports().requireFree();
            new Product(options, data, progress).startAndWait();
        }
    }

    private void startAndWait() {
        Thread onSignal = new Thread(this::stop, "stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            start();
            progress.line(
                    new Banner(options, secrets, enrolCommand(), hasConsole(), web.map(WebCertificate::pem)).text());
            new RunState(options, RunState.Phase.READY).save(data);
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        } catch (StandaloneException e) {
            // A start that `down` or Ctrl-C cut short is no news.
            boolean asked = stopping.get();
            stop();
            if (!asked) {
                throw e;
            }
        }
    }

    private void start() {
        progress.line("muster: starting in " + data.root());
        options.host()
                .filter(Product::isUnknown)
                .ifPresent(host -> progress.line("  note: `" + host
                        + "` does not resolve on this machine; machines that shall reach it must know that name"));
        postgres.start();
        CompletableFuture<Void> identity = inBackground("start-keycloak", keycloak);
        kafka.start();
        controlPlane.start();
        if (options.devices() > 0 && new FleetEnrolment(data).isKept(options.devices())) {
            // Devices do not need anybody to be able to log in.
            agents.start();
            join(identity);
        } else {
            join(identity);
            if (options.devices() > 0) {
                agents.start();
            }
        }
        if (options.devices() > 0) {
            awaitAgents();
        }
        if (options.story() && options.devices() > 0) {
            try (ApiClient api = api()) {
                new Story(api, data.seeded(), data.example(), lastAgent(), progress::line).tell();
                awaitOnline(api);
            } catch (ApiException e) {
                progress.line("  example story: not complete, continued at the next start: " + e.getMessage());
            }
        }
    }

    private static boolean isUnknown(String host) {
        try {
            return InetAddress.getAllByName(host).length == 0;
        } catch (UnknownHostException e) {
            return true;
        }
    }

    /** With fewer than three devices its failure would be more than half of the second wave. */
    private Optional<Path> lastAgent() {
        if (options.devices() < 3) {
            return Optional.empty();
        }
        try (Stream<Path> agents = Files.list(data.agents())) {
            return agents.filter(Files::isDirectory).max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw Folders.unusable(data.agents(), e);
        }
    }

    private boolean awaitOnline(ApiClient api) {
        return Await.until(FLEET_ONLINE, POLL, () -> FleetCount.ask(api).online() >= options.devices());
    }

    private void awaitAgents() {
        long begin = System.nanoTime();
        try (ApiClient api = api()) {
            boolean all = awaitOnline(api);
            FleetCount count = FleetCount.ask(api);
            if (all) {
                new FleetEnrolment(data).complete();
                progress.line("  " + count.online() + " agents connected after "
                        + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s");
            } else {
                progress.line("  " + count.online() + " of " + options.devices() + " agents connected after "
                        + FLEET_ONLINE.toSeconds() + " s; see `" + data.logOf("agents") + "`; they keep trying");
            }
        } catch (ApiException e) {
            progress.line("  agents: cannot ask the server how many are connected: " + e.getMessage());
        }
    }

    private void stop() {
        stopping.set(true);
        synchronized (stopped) {
            if (stopped.getCount() == 0) {
                return;
            }
            progress.line("muster: stopping");
            try {
                new RunState(options, RunState.Phase.STOPPING).save(data);
            } catch (StandaloneException e) {
                // A full disk is no reason to leave processes behind.
                progress.line("  cannot note that it stops: " + e.getMessage());
            }
            List<SupervisedServer> all = List.of(agents, controlPlane, kafka, keycloak, postgres);
            all.forEach(SupervisedServer::announceStop);
            agents.stop();
            controlPlane.stop();
            // Threads of their own: the common pool may have just one, which must stay free to see processes end.
            Thread stopKafka = Thread.ofPlatform().name("stop-kafka").start(kafka::stop);
            keycloak.stop();
            await(stopKafka);
            postgres.stop();
            new Leftovers(data, progress).stop();
            RunState.supervisor(data).delete();
            progress.line("muster: stopped; the data stays in " + data.root());
            stopped.countDown();
        }
    }

    private static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String enrolCommand() {
        try (ApiClient api = api()) {
            return String.valueOf(
                    api.post("/enrolment-tokens", Map.of("name", "printed at start", "uses", 1, "expiresIn", "PT24H"))
                            .get("command"));
        } catch (ApiException e) {
            return "(no token now: " + e.getMessage() + "; try `./muster enrol`)";
        }
    }

    private boolean hasConsole() {
        try (HttpProbe page = new HttpProbe(
                URI.create(options.localApiUrl() + "/console/"),
                web.map(certificate -> certificate.keyStore().trusting()))) {
            return page.isReady();
        }
    }

    private ApiClient api() {
        return AdminApi.connect(options, secrets, web);
    }

    private static CompletableFuture<Void> inBackground(String name, SupervisedServer server) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                server.start();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static void join(CompletableFuture<Void> start) {
        try {
            start.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StandaloneException cause
                    ? cause
                    : new StandaloneException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private static FolderLock acquire(DataDirectory data) {
        return FolderLock.tryAcquire(data.lock())
                .orElseThrow(() -> new StandaloneException(
                        ExitCode.IN_USE,
                        "`" + data.root() + "` is in use by a running `./muster up`"
                                + RunState.supervisor(data)
                                        .alive()
                                        .map(process -> " (process " + process.pid() + ")")
                                        .orElse("")
                                + "; see `./muster status`, stop it with `./muster down`, or choose another `--data`"
                                + " and `--port-base`"));
    }
}
