package dev.muster.agent.gateway;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.transport.MetadataLink;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.subdevice.SubDevices;
import dev.muster.protocol.subdevice.SubDevices.Found;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sub-devices of this gateway: round after round on one thread of their own, asks the drivers what is there, tells the server, and lets those that
 * were let in follow their documents. What one driver or one sub-device meets ends its own part of the round only.
 */
final class Children implements AutoCloseable {
    private static final int MAX_ANSWER = 256 << 10;
    private static final long STOP_SECONDS = 5;

    private final DeviceRef gateway;
    private final StateDir state;
    private final Supplier<DeviceHttps> connections;
    private final Path programs;
    private final LongSupplier nanos;
    private final AgentLog log;
    private final ScheduledExecutorService rounds;
    private final Child.Surroundings with;
    private final MetadataLink metadata = new MetadataLink(this::connection);
    private final Map<String, Driver> drivers = new LinkedHashMap<>();
    private final Map<String, Child> children = new ConcurrentHashMap<>();
    private final Map<String, List<Found>> lastFound = new HashMap<>();
    private volatile @Nullable DeviceHttps https;
    private volatile Map<String, Map<String, @Nullable Object>> wanted;

    Children(
            DeviceRef gateway,
            StateDir state,
            Supplier<DeviceHttps> connections,
            Path programs,
            Map<String, Map<String, @Nullable Object>> drivers,
            Duration every,
            Child.Surroundings with,
            LongSupplier nanos) {
        this.gateway = gateway;
        this.state = state;
        this.connections = connections;
        this.programs = programs;
        this.wanted = drivers;
        this.with = with;
        this.nanos = nanos;
        this.log = with.log();
        this.rounds = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("agent-children").daemon().factory());
        var unused = rounds.scheduleWithFixedDelay(this::round, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Other drivers from the next round on. */
    void want(Map<String, Map<String, @Nullable Object>> drivers) {
        wanted = drivers;
    }

    void connected() {
        children.values().forEach(Child::connected);
    }

    private void round() {
        try {
            settle();
            Map<String, Found> found = discover();
            for (SubDevices.Known known : tell(List.copyOf(found.values()))) {
                Found child = found.get(known.name());
                if (known.admitted() && child != null) {
                    follow(child, known.generation());
                }
            }
        } catch (IOException | RuntimeException e) {
            // INVARIANT (the rounds never end): whatever one meets, another one comes.
            log.line("sub-devices: " + e.getMessage());
        }
    }

    private void settle() throws IOException {
        Map<String, Map<String, @Nullable Object>> now = wanted;
        for (Driver driver : List.copyOf(drivers.values())) {
            if (!driver.config().equals(now.get(driver.name()))) {
                driver.close();
                drivers.remove(driver.name());
                for (Found gone : lastFound.getOrDefault(driver.name(), List.of())) {
                    closeChild(gone.name());
                }
                lastFound.remove(driver.name());
            }
        }
        for (Map.Entry<String, Map<String, @Nullable Object>> one : now.entrySet()) {
            if (!drivers.containsKey(one.getKey())) {
                drivers.put(
                        one.getKey(),
                        new Driver(
                                one.getKey(),
                                programs.resolve(one.getKey()),
                                state.root(),
                                one.getValue(),
                                this::measured,
                                nanos,
                                log));
            }
        }
    }

    private void closeChild(String name) throws IOException {
        Child child = children.remove(name);
        if (child != null) {
            child.close();
        }
    }

    private Map<String, Found> discover() {
        Map<String, Found> found = new LinkedHashMap<>();
        for (Driver driver : drivers.values()) {
            try {
                List<Found> its = driver.ask("discover", Map.of())
                        .objects(
                                "children",
                                child -> new Found(
                                        child.string("name"),
                                        driver.name(),
                                        child.string("hardware"),
                                        child.stringMap("facts")));
                lastFound.put(driver.name(), its);
            } catch (IOException | ProtocolException e) {
                log.line("driver `" + driver.name() + "`: " + e.getMessage());
            }
            for (Found child : lastFound.getOrDefault(driver.name(), List.of())) {
                Found other = found.putIfAbsent(child.name(), child);
                if (other != null) {
                    log.line("drivers `" + other.driver() + "` and `" + child.driver() + "` both have `" + child.name()
                            + "`: the first counts");
                }
            }
        }
        return found;
    }

    private List<SubDevices.Known> tell(List<Found> found) throws IOException {
        DeviceHttps connection = connections.get();
        https = connection;
        byte[] answer = connection.send(
                "POST", "/device/v1/children", new SubDevices.Report(new ArrayList<>(found)).toJson(), MAX_ANSWER);
        return SubDevices.Answer.fromJson(answer).children();
    }

    private void follow(Found found, long generation) {
        try {
            Driver driver = drivers.get(found.driver());
            if (driver == null) {
                return;
            }
            Child child = children.get(found.name());
            if (child == null) {
                child = new Child(
                        SubDevices.of(gateway, found.name()),
                        found,
                        driver,
                        state.child(found.name()),
                        metadata.repository("/device/v1/children/" + found.name() + "/director/"),
                        metadata.repository("/device/v1/images/"),
                        (sha256, offset) -> connection().open(sha256, offset),
                        with);
                children.put(found.name(), child);
                child.connected();
            }
            child.describe(found);
            child.follow(generation);
        } catch (IOException | RuntimeException e) {
            log.line("sub-device `" + found.name() + "`: " + e.getMessage());
        }
    }

    private DeviceHttps connection() throws IOException {
        DeviceHttps connection = https;
        if (connection == null) {
            throw new IOException("there is no connection");
        }
        return connection;
    }

    private void measured(String name, List<Sample> samples) {
        Child child = children.get(name);
        if (child == null) {
            return; // not let in: nothing of it is kept
        }
        try {
            long now = with.time().instant().toEpochMilli();
            child.telemetry(samples.stream()
                    .map(sample -> sample.atMillis() > 0 ? sample : new Sample(sample.name(), now, sample.value()))
                    .toList());
        } catch (IOException e) {
            log.line("sub-device `" + name + "`: no telemetry: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        rounds.shutdown();
        drivers.values().forEach(Driver::close);
        DeviceHttps connection = https;
        if (connection != null) {
            connection.abort();
        }
        try {
            if (!rounds.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                rounds.shutdownNow();
            }
            for (Child child : children.values()) {
                child.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.line("sub-devices: not closed in order: " + e.getMessage());
        }
    }
}
