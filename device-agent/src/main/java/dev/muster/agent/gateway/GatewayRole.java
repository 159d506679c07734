package dev.muster.agent.gateway;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.gateway.GatewaySettings.CacheRole;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.telemetry.Pace;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.transport.Transport;
import dev.muster.agent.update.ContentSource;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Begins and ends what the signed settings ask this device to do for its site. {@link #look} and {@link #close} by one thread at a time. */
public final class GatewayRole implements AutoCloseable {
    private static final Duration MOST_BETWEEN_ROUNDS = Duration.ofMinutes(1);

    private final GatewaySettings settings;
    private final StateDir state;
    private final Supplier<DeviceIdentity> identity;
    private final Supplier<ContentSource> server;
    private final InstantSource clock;
    private final AgentLog log;
    private Optional<CacheRole> role = Optional.empty();
    private Optional<SiteCache> cache = Optional.empty();
    private Map<String, Map<String, @Nullable Object>> wantedDrivers = Map.of();
    private Optional<Children> subDevices = Optional.empty();
    private final Optional<Behind> behind;
    private String told = "";
    private volatile boolean closed;

    /**
     * What sub-devices need.
     *
     * @param connections others to the server, one for each round
     * @param programs where drivers lie
     * @param boot number of this start of the agent
     * @param pace of what waited, one for all on this line
     */
    public record Behind(
            AgentConfig config,
            Transport session,
            IdentityStore identities,
            Supplier<DeviceHttps> connections,
            Path programs,
            DeviceTime time,
            long boot,
            Pace pace,
            ScheduledExecutorService scheduler,
            LongSupplier nanos) {}

    private Children begin(Map<String, Map<String, @Nullable Object>> drivers, Behind with) {
        Duration every = with.config().refresh().compareTo(MOST_BETWEEN_ROUNDS) < 0
                ? with.config().refresh()
                : MOST_BETWEEN_ROUNDS;
        return new Children(
                identity.get().ref(),
                state,
                with.connections(),
                with.programs(),
                drivers,
                every,
                new Child.Surroundings(
                        with.config(),
                        with.session(),
                        with.identities(),
                        with.time(),
                        with.boot(),
                        with.pace(),
                        () -> closed,
                        with.scheduler(),
                        log),
                with.nanos());
    }

    /**
     * Does nothing yet.
     *
     * @param server another connection to the server, for each download
     * @param behind empty where there cannot be sub-devices
     */
    public GatewayRole(
            GatewaySettings settings,
            StateDir state,
            Supplier<DeviceIdentity> identity,
            Supplier<ContentSource> server,
            Optional<Behind> behind,
            InstantSource clock,
            AgentLog log) {
        this.behind = behind;
        this.settings = settings;
        this.state = state;
        this.identity = identity;
        this.server = server;
        this.clock = clock;
        this.log = log;
    }

    /** Follows the settings. */
    public synchronized void look() {
        lookAtCache();
        lookAtDrivers();
    }

    private void lookAtDrivers() {
        Map<String, Map<String, @Nullable Object>> drivers = settings.drivers();
        if (closed || drivers.equals(wantedDrivers)) {
            return;
        }
        wantedDrivers = drivers;
        if (subDevices.isPresent()) {
            subDevices.get().want(drivers);
        } else {
            subDevices = behind.map(with -> begin(drivers, with));
        }
    }

    /** A session with the server began. */
    public synchronized void connected() {
        subDevices.ifPresent(Children::connected);
    }

    private void lookAtCache() {
        Optional<CacheRole> wanted = settings.cacheRole();
        if (closed || wanted.equals(role)) {
            return;
        }
        stop();
        try {
            if (wanted.isPresent()) {
                SiteCache next = new SiteCache(
                        wanted.get().port(),
                        Tls.peers(identity),
                        new CacheStore(state.siteCache(), wanted.get().maxBytes(), clock),
                        server,
                        log);
                cache = Optional.of(next);
                log.line("keeps a cache for its site on port " + next.port());
            }
            role = wanted;
            told = "";
        } catch (IOException | GeneralSecurityException e) {
            // Tried again at the next look: the port may become free.
            String line = "no cache on port " + wanted.map(CacheRole::port).orElse(0) + ": " + e.getMessage();
            if (!line.equals(told)) {
                told = line;
                log.line(line);
            }
        }
    }

    /** Figures of the cache, where there is one. */
    public synchronized List<Sample> samples(Instant now) {
        return cache.map(one -> List.of(
                        new Sample("cache.fetched.bytes", now.toEpochMilli(), one.fetched()),
                        new Sample("cache.served.bytes", now.toEpochMilli(), one.served())))
                .orElse(List.of());
    }

    private void stop() {
        cache.ifPresent(SiteCache::close);
        cache = Optional.empty();
        role = Optional.empty();
    }

    @Override
    public synchronized void close() {
        closed = true;
        subDevices.ifPresent(Children::close);
        stop();
    }
}
