package dev.muster.control.ddi;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerProfile;
import dev.muster.control.config.ServerRole;
import dev.muster.control.readiness.Loopback;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Listens for hawkBit's clients, on instances with the role device. */
@Singleton
public class DdiServer {
    private static final Logger LOG = Logger.getLogger(DdiServer.class);

    private final Vertx vertx;
    private final DdiConfig config;
    private final MusterConfig server;
    private final DdiEndpoint endpoint;
    private @Nullable HttpServer http;
    private @Nullable ExecutorService threads;

    DdiServer(Vertx vertx, DdiConfig config, MusterConfig server, DdiEndpoint endpoint) {
        this.vertx = vertx;
        this.config = config;
        this.server = server;
        this.endpoint = endpoint;
    }

    void start(@Observes @Priority(4_100) StartupEvent event) throws InterruptedException {
        if (!server.has(ServerRole.DEVICE)) {
            return;
        }
        if (isInTheClear()) {
            LOG.info("hawkBit's clients: nobody listens; in production set `muster.ddi.certificate` and"
                    + " `muster.ddi.key`, or name the proxy that ends TLS in `muster.ddi.trusted-proxies`");
            return;
        }
        if (config.certificate().isPresent() != config.key().isPresent()) {
            throw new IllegalStateException("expected `muster.ddi.certificate` and `muster.ddi.key` together");
        }
        HttpServerOptions options = new HttpServerOptions()
                .setHost(server.bind())
                .setPort(config.port())
                // They poll, and name no trace.
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setIdleTimeout(120)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxInitialLineLength(4_096)
                .setMaxHeaderSize(16_384);
        config.certificate().ifPresent(certificate -> options.setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.toString())
                        .setKeyPath(config.key().orElseThrow().toString())));
        ExecutorService executor = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("ddi-", 0).factory());
        threads = executor;
        Router router = Router.router(vertx);
        new DdiHttp(endpoint, executor, config.externalUrl()).register(router);
        try {
            http = vertx.createHttpServer(options)
                    .requestHandler(router)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "cannot listen for clients of DDI on " + server.bind() + ":" + config.port() + ": "
                            + e.getMessage(),
                    e);
        }
        LOG.infof("hawkBit's clients: %s://%s:%d", options.isSsl() ? "https" : "http", server.bind(), port());
    }

    /** Tokens would be readable on their way; few installations have such clients, so none is kept from starting. */
    private boolean isInTheClear() {
        return server.profile() == ServerProfile.PRODUCTION
                && !Loopback.is(server.bind())
                && config.certificate().isEmpty()
                && config.trustedProxies().isEmpty();
    }

    /** The port it listens on; 0 if this instance serves no devices. */
    public int port() {
        HttpServer current = http;
        return current == null ? 0 : current.actualPort();
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        if (http != null) {
            try {
                http.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("the port of DDI did not close in time", e);
            }
        }
        if (threads != null) {
            threads.shutdown();
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        }
    }
}
