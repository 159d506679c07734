package dev.muster.agent.gateway;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.gateway.GatewaySettings.CacheRole;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.update.ContentSource;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Begins and ends what the signed settings ask this device to do for its site. {@link #look} and {@link #close} by one thread at a time. */
public final class GatewayRole implements AutoCloseable {
    private final GatewaySettings settings;
    private final StateDir state;
    private final Supplier<DeviceIdentity> identity;
    private final Supplier<ContentSource> server;
    private final InstantSource clock;
    private final AgentLog log;
    private Optional<CacheRole> role = Optional.empty();
    private Optional<SiteCache> cache = Optional.empty();
    private String told = "";
    private boolean closed;

    /**
     * Does nothing yet.
     *
     * @param server another connection to the server, for each download
     */
    public GatewayRole(
            GatewaySettings settings,
            StateDir state,
            Supplier<DeviceIdentity> identity,
            Supplier<ContentSource> server,
            InstantSource clock,
            AgentLog log) {
        this.settings = settings;
        this.state = state;
        this.identity = identity;
        this.server = server;
        this.clock = clock;
        this.log = log;
    }

    /** Follows the settings. */
    public synchronized void look() {
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
        stop();
    }
}
