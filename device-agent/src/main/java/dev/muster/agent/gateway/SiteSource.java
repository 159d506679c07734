package dev.muster.agent.gateway;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.gateway.GatewaySettings.CacheAddress;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.update.ContentSource;
import dev.muster.protocol.identity.DeviceRef;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Content from the site's cache where there is one, else from the server. A cache is a guess: one that fails is left alone for a while, and
 * one whose bytes were no good is not asked for them again. One thread, but for the counters and {@link #abort}.
 */
public final class SiteSource implements ContentSource {
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final int MOST_TRIED = 64;

    private final Supplier<Optional<CacheAddress>> settings;
    private final Supplier<DeviceIdentity> identity;
    private final ContentSource server;
    private final DeviceHttps.Meter meter;
    private final LongSupplier nanos;
    private final AgentLog log;
    private final Set<String> tried = new LinkedHashSet<>();
    private final AtomicLong fromCache = new AtomicLong();
    private final AtomicLong fromServer = new AtomicLong();
    private @Nullable SSLContext tls;
    private volatile @Nullable DeviceHttps running;
    private long quietUntil;
    private boolean quiet;

    public SiteSource(
            Supplier<Optional<CacheAddress>> settings,
            Supplier<DeviceIdentity> identity,
            ContentSource server,
            DeviceHttps.Meter meter,
            LongSupplier nanos,
            AgentLog log) {
        this.settings = settings;
        this.identity = identity;
        this.server = server;
        this.meter = meter;
        this.nanos = nanos;
        this.log = log;
    }

    /** Bytes that the cache served since the agent started. */
    public long fromCache() {
        return fromCache.get();
    }

    /** Bytes that the server served. */
    public long fromServer() {
        return fromServer.get();
    }

    @Override
    public Part open(String sha256, long offset) throws IOException {
        Optional<CacheAddress> cache = settings.get()
                .filter(address ->
                        !address.gateway().equals(identity.get().ref().device()))
                .filter(address -> isWorthATry(sha256, offset));
        if (cache.isPresent()) {
            try {
                DeviceHttps client = client(cache.get());
                running = client;
                return new Counted(client.open(sha256, offset), fromCache, true);
            } catch (MissingException e) {
                // Not for the site, or not here: the server knows.
            } catch (IOException | GeneralSecurityException e) {
                beQuiet(e);
            }
        }
        return new Counted(server.open(sha256, offset), fromServer, false);
    }

    // Who asks from the start a second time found the first bytes worthless.
    private boolean isWorthATry(String sha256, long offset) {
        if (quiet && nanos.getAsLong() - quietUntil < 0) {
            return false;
        }
        quiet = false;
        if (offset > 0) {
            return true;
        }
        if (tried.size() >= MOST_TRIED) {
            tried.remove(tried.iterator().next());
        }
        return tried.add(sha256);
    }

    private void beQuiet(Exception e) {
        quiet = true;
        quietUntil = nanos.getAsLong() + QUIET.toNanos();
        log.line("the site's cache is left alone for " + QUIET.toSeconds() + " s: " + e.getMessage());
    }

    private DeviceHttps client(CacheAddress address) throws GeneralSecurityException {
        SSLContext context = tls;
        if (context == null) {
            context = Tls.peers(identity);
            tls = context;
        }
        DeviceRef wanted = new DeviceRef(identity.get().ref().tenant(), address.gateway());
        return new DeviceHttps(
                URI.create("https://" + address.host() + ":" + address.port()),
                context,
                meter,
                Optional.of((host, session) -> {
                    try {
                        return Tls.peer(session).equals(wanted);
                    } catch (GeneralSecurityException e) {
                        return false;
                    }
                }));
    }

    /** Breaks off a transfer from the cache, from any thread. */
    public void abort() {
        DeviceHttps client = running;
        if (client != null) {
            client.abort();
        }
    }

    private final class Counted extends FilterInputStream implements Part {
        private final Part part;
        private final AtomicLong counter;
        private final boolean cached;
        private long at;

        Counted(Part part, AtomicLong counter, boolean cached) {
            super(part.stream());
            this.part = part;
            this.counter = counter;
            this.cached = cached;
            this.at = part.offset();
        }

        @Override
        public long offset() {
            return part.offset();
        }

        @Override
        public OptionalLong total() {
            return part.total();
        }

        @Override
        public InputStream stream() {
            return this;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                int count = in.read(buffer, offset, length);
                if (count < 0 && at < part.total().orElse(at)) {
                    throw new IOException("expected " + part.total().orElse(at) + " bytes, found the end after " + at);
                }
                at += Math.max(0, count);
                counter.addAndGet(Math.max(0, count));
                return count;
            } catch (IOException e) {
                if (cached) {
                    beQuiet(e);
                }
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            part.close();
        }
    }
}
