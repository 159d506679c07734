package dev.muster.control.roles;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.config.DatabaseConfig;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.deviceapi.DeviceTls;
import dev.muster.control.kafka.KafkaConfig;
import dev.muster.control.outbound.OutboundSockets;
import dev.muster.control.telemetry.PartMeters;
import dev.muster.control.telemetry.TelemetryConfig;
import dev.muster.telemetry.bridge.BridgeHost;
import dev.muster.telemetry.gateway.Gateway;
import dev.muster.telemetry.gateway.GatewayConfig;
import dev.muster.telemetry.gateway.GatewayLimits;
import dev.muster.telemetry.gateway.GatewayTls;
import dev.muster.telemetry.gateway.Quota;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.kafka.TopicAdmin;
import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.sink.Sink;
import dev.muster.telemetry.sink.SinkConfig;
import dev.muster.telemetry.streams.StreamsApp;
import dev.muster.telemetry.streams.StreamsConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts what this instance's roles ask for, in order, and stops it in the opposite order. */
@Singleton
public class TelemetryParts {
    private static final Logger LOG = Logger.getLogger(TelemetryParts.class);

    private final MusterConfig config;
    private final GatewayPort port;
    private final DatabaseConfig database;
    private final DataDirectory data;
    private final KafkaConfig kafka;
    private final DeviceTls.Source tls;
    private final TelemetryConfig telemetry;
    private final Clock clock;
    private final MeterRegistry registry;
    private final OutboundSockets sockets;
    private final Map<String, Component> running = Collections.synchronizedMap(new LinkedHashMap<>());
    private @Nullable Gateway gateway;
    private @Nullable DeviceTls served;
    private @Nullable BridgeHost bridges;

    TelemetryParts(
            MusterConfig config,
            GatewayPort port,
            DatabaseConfig database,
            DataDirectory data,
            KafkaConfig kafka,
            DeviceTls.Source tls,
            TelemetryConfig telemetry,
            Clock clock,
            MeterRegistry registry,
            OutboundSockets sockets) {
        this.config = config;
        this.port = port;
        this.database = database;
        this.data = data;
        this.kafka = kafka;
        this.tls = tls;
        this.telemetry = telemetry;
        this.clock = clock;
        this.registry = registry;
        this.sockets = sockets;
    }

    /** Topics come first of all: a consumer that subscribes to a missing one looks again only minutes later. */
    void prepare(@Observes @Priority(100) StartupEvent event) {
        List<String> made = TopicAdmin.ensure(settings(), kafka.replicationFactor());
        if (!made.isEmpty()) {
            LOG.infof("made the topics %s", made);
        }
    }

    void start(@Observes @Priority(4_000) StartupEvent event) {
        if (config.has(ServerRole.STREAMS)) {
            add(
                    "sink",
                    Sink.start(new SinkConfig(
                            settings(),
                            database.url(),
                            database.ingest().username(),
                            database.ingest().password(),
                            telemetry.retention(),
                            clock)));
            // Kafka Streams opens its directory to the group, so it gets one inside ours.
            add(
                    "streams",
                    StreamsApp.start(StreamsConfiguration.of(
                            settings(), config.streamsState().orElseGet(() -> data.directory("streams")
                                    .resolve("state")))));
        }
        if (config.has(ServerRole.WORKER)) {
            BridgeHost host = BridgeHost.start(settings(), config.instance(), sockets::connect, clock);
            bridges = host;
            add("bridges", host);
        }
        if (config.has(ServerRole.GATEWAY)) {
            DeviceTls identity = tls.current();
            Gateway started = Gateway.start(
                    GatewayConfig.of(settings(), config.instance(), new InetSocketAddress(config.bind(), port.port()))
                            .withTls(port.tls())
                            .withLimits(GatewayLimits.DEFAULT
                                    .withDrain(port.drain())
                                    .withQuotas(
                                            new Quota(port.deviceMessagesPerSecond(), port.deviceBytesPerSecond()),
                                            new Quota(port.tenantMessagesPerSecond(), port.tenantBytesPerSecond()))),
                    of(identity));
            gateway = started;
            served = identity;
            add("gateway", started);
            LOG.infof("gateway: mqtts://%s:%d", config.bind(), started.address().getPort());
        }
    }

    /** What runs, by name, in the order of start. */
    Map<String, Component> running() {
        synchronized (running) {
            return new LinkedHashMap<>(running);
        }
    }

    /** Where the gateway listens; empty if this instance has none. */
    public Optional<InetSocketAddress> gatewayAddress() {
        return Optional.ofNullable(gateway).map(Gateway::address);
    }

    /** What keeps connections to brokers; empty if this instance has none. */
    public Optional<BridgeHost> bridges() {
        return Optional.ofNullable(bridges);
    }

    @Scheduled(every = "10s", delayed = "10s")
    void renewCertificate() {
        Gateway current = gateway;
        DeviceTls identity = tls.current();
        if (current != null && !identity.equals(served)) {
            current.renewTls(of(identity));
            served = identity;
        }
    }

    void stop(@Observes @Priority(1_500) ShutdownEvent event) {
        List<String> names = List.copyOf(running().keySet()).reversed();
        for (String name : names) {
            Component part = running.remove(name);
            if (part != null) {
                try {
                    part.close();
                } catch (RuntimeException e) {
                    LOG.warnf(e, "`%s` did not stop cleanly", name);
                }
            }
        }
    }

    private void add(String name, Component part) {
        running.put(name, part);
        PartMeters.show(registry, part);
    }

    private KafkaSettings settings() {
        return new KafkaSettings(kafka.bootstrap(), kafka.topicPrefix().orElse(""), kafka.client());
    }

    private static GatewayTls of(DeviceTls identity) {
        return new GatewayTls(identity.key(), identity.chain(), identity.deviceAuthorities());
    }
}
