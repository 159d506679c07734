package dev.muster.control.deviceapi;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.tracing.Tracing;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Listens for devices: TLS with Muster's own server certificate, a client certificate requested, required per route. */
@Singleton
public class DeviceServer {
    private static final Logger LOG = Logger.getLogger(DeviceServer.class);

    private final Vertx vertx;
    private final DeviceApiConfig config;
    private final MusterConfig server;
    private final DeviceTls.Source tls;
    private final DeviceGate gate;
    private final DeviceTrustManager believed;
    private final Tracing tracing;
    private final Instance<DeviceRoutes> routes;
    private @Nullable HttpServer http;
    private @Nullable ExecutorService threads;
    private @Nullable DeviceTls served;

    DeviceServer(
            Vertx vertx,
            DeviceApiConfig config,
            MusterConfig server,
            DeviceTls.Source tls,
            DeviceGate gate,
            Clock clock,
            Tracing tracing,
            Instance<DeviceRoutes> routes) {
        this.tracing = tracing;
        this.vertx = vertx;
        this.config = config;
        this.server = server;
        this.tls = tls;
        this.believed = new DeviceTrustManager(() -> tls.current().deviceAuthorities(), clock);
        this.gate = gate;
        this.routes = routes;
    }

    /**
     * Sessions of TLS are kept here, and a device takes one up by a number of 32 bytes. The JDK's default is tickets, which
     * carry the device's certificates there and back at each look (ADR 85).
     */
    private static void keepSessions() {
        System.getProperties().putIfAbsent("jdk.tls.server.enableSessionTicketExtension", "false");
    }

    void start(@Observes @Priority(4_000) StartupEvent event)
            throws GeneralSecurityException, IOException, InterruptedException {
        if (!server.has(ServerRole.DEVICE)) {
            return;
        }
        keepSessions();
        DeviceTls identity = tls.current();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(server.bind())
                .setPort(config.port())
                .setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setClientAuth(ClientAuth.REQUEST)
                .setKeyCertOptions(keys(identity))
                .setTrustOptions(TrustOptions.wrap(believed))
                // What a device asks because of a change is traced by `DeviceHttp`, and nothing else.
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setUseAlpn(false)
                .setIdleTimeout(120)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxInitialLineLength(4_096)
                .setMaxHeaderSize(16_384);
        ExecutorService executor = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("device-", 0).factory());
        threads = executor;
        Router router = Router.router(vertx);
        DeviceHttp paths = new DeviceHttp(router, gate, tracing, executor);
        routes.forEach(feature -> feature.register(paths));
        paths.close();
        served = identity;
        try {
            http = vertx.createHttpServer(options)
                    .requestHandler(router)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "cannot listen for devices on " + server.bind() + ":" + config.port() + ": " + e.getMessage(), e);
        }
        LOG.infof("devices: https://%s:%d/device/v1", server.bind(), port());
    }

    /** The port it listens on; 0 if this instance serves no devices. */
    public int port() {
        HttpServer current = http;
        return current == null ? 0 : current.actualPort();
    }

    @Scheduled(every = "10s", delayed = "10s")
    void renewCertificate() throws GeneralSecurityException, IOException {
        HttpServer current = http;
        DeviceTls identity = tls.current();
        if (current == null || identity.equals(served)) {
            return;
        }
        current.updateSSLOptions(new HttpServerOptions()
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                        .setKeyCertOptions(keys(identity))
                        .setTrustOptions(TrustOptions.wrap(believed))
                        .getSslOptions())
                .onSuccess(done -> served = identity)
                .onFailure(e -> LOG.error("the device port keeps its old certificate", e));
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        if (http != null) {
            try {
                http.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("the device port did not close in time", e);
            }
        }
        if (threads != null) {
            threads.shutdown();
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        }
    }

    private static KeyCertOptions keys(DeviceTls identity) throws GeneralSecurityException, IOException {
        char[] none = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, none);
        store.setKeyEntry("server", identity.key(), none, identity.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return KeyCertOptions.wrap((X509KeyManager) factory.getKeyManagers()[0]);
    }
}
