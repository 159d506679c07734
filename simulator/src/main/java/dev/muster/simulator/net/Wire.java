package dev.muster.simulator.net;

import dev.muster.simulator.figures.Figures;
import dev.muster.simulator.identity.Certificates;
import dev.muster.simulator.identity.Fleet;
import dev.muster.simulator.identity.Identity;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedTrustManager;

/** What all devices share on their way out: event loops, one TLS context, turns to connect, threads for HTTPS. Thread-safe. */
public final class Wire implements AutoCloseable {
    private static final long QUIET_SECONDS = 5;

    private final Options options;
    private final Fleet fleet;
    private final Figures figures;
    private final EventLoopGroup loops;
    private final ExecutorService requests;
    private final SslContext tls;
    private final List<X509Certificate> issuers;
    private final X509ExtendedTrustManager trust;
    private final ConnectPacer pacer;
    private final InetSocketAddress gateway;
    private final ConcurrentHashMap<Integer, Identity> identities = new ConcurrentHashMap<>();

    /**
     * How.
     *
     * @param gateway {@code host:port} in place of the one that enrolment told
     * @param sources addresses to connect from, in turn; empty: any
     * @param requests HTTPS at once
     */
    public record Options(
            Optional<String> gateway,
            List<InetAddress> sources,
            int connectsPerSecond,
            Duration keepAlive,
            int threads,
            int requests) {
        public Options {
            sources = List.copyOf(sources);
        }
    }

    /** Resolves the gateway's name; connects nothing yet. */
    public Wire(Options options, Fleet fleet, Figures figures) throws IOException, GeneralSecurityException {
        this.options = options;
        this.fleet = fleet;
        this.figures = figures;
        this.issuers = Certificates.all(fleet.issuersPem());
        this.trust = Certificates.trustOnly(Certificates.all(fleet.caPem()));
        this.pacer = new ConnectPacer(options.connectsPerSecond());
        this.gateway = address(options.gateway().orElse(fleet.mqtt()));
        this.tls = SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .keyManager(new DeviceKeys(this::identity, issuers))
                .trustManager(trust)
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
        this.loops = new NioEventLoopGroup(options.threads(), new DefaultThreadFactory("devices", true));
        this.requests = Executors.newFixedThreadPool(options.requests(), new DefaultThreadFactory("requests", true));
    }

    private static InetSocketAddress address(String text) throws IOException {
        int colon = text.lastIndexOf(':');
        if (colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}")) {
            InetSocketAddress address =
                    new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
            if (!address.isUnresolved()) {
                return address;
            }
        }
        throw new IOException("expected a gateway `host:port` that can be found, found `" + text + "`");
    }

    private Identity identity(int number) {
        Identity identity = identities.get(number);
        if (identity == null) {
            throw new IllegalStateException("no device has the number " + number);
        }
        return identity;
    }

    /** The outside of a device; {@link DeviceLink#attach} comes next. */
    public DeviceLink link(Identity identity) {
        identities.put(identity.index(), identity);
        return new DeviceLink(this, identity, loops.next());
    }

    /** Who does TLS. */
    public static String tlsProvider() {
        return OpenSsl.isAvailable() ? OpenSsl.versionString() : "the JDK";
    }

    SslContext tls() {
        return tls;
    }

    Options options() {
        return options;
    }

    Figures figures() {
        return figures;
    }

    InetSocketAddress gateway() {
        return gateway;
    }

    Optional<InetSocketAddress> source(int number) {
        List<InetAddress> sources = options.sources();
        return sources.isEmpty()
                ? Optional.empty()
                : Optional.of(new InetSocketAddress(sources.get(number % sources.size()), 0));
    }

    Duration turn() {
        return pacer.turn(System.nanoTime());
    }

    ExecutorService requests() {
        return requests;
    }

    DeviceHttps https(Identity identity) throws GeneralSecurityException {
        return new DeviceHttps(fleet.server(), new OneKey(identity, issuers), trust);
    }

    /** Ends all threads; devices said goodbye before. */
    @Override
    public void close() {
        requests.shutdownNow();
        var unused = loops.shutdownGracefully(0, QUIET_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(2 * QUIET_SECONDS, TimeUnit.SECONDS);
    }
}
