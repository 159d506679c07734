package dev.muster.control.outbound;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Connects to brokers that somebody chose. INVARIANT (checked is dialled), as of {@link OutboundHttp}: the name is looked up once, every
 * address it has must be allowed, and one of these very addresses is dialled. Thread-safe.
 */
public final class OutboundSockets {
    private final OutboundHttp.Resolver resolver;
    private final AddressGuard guard;

    OutboundSockets(OutboundHttp.Resolver resolver, List<Network> allowed) {
        this.resolver = resolver;
        this.guard = new AddressGuard(allowed);
    }

    /** The server's own. */
    @Singleton
    static final class Producer {
        @Produces
        @Singleton
        OutboundSockets sockets(OutboundConfig outbound, BrokersConfig brokers) {
            return new OutboundSockets(
                    InetAddress::getAllByName,
                    Stream.of(outbound.allowedNetworks(), brokers.allowedNetworks())
                            .flatMap(named -> named.orElse(List.of()).stream())
                            .map(Network::parse)
                            .toList());
        }
    }

    /**
     * A connected socket.
     *
     * @throws SecurityException if the name has an address that may not be dialled
     */
    public Socket connect(String host, int port, int millis) throws IOException {
        InetAddress[] addresses = resolver.resolve(host);
        for (InetAddress address : addresses) {
            Optional<String> refusal = guard.refusal(address);
            if (refusal.isPresent()) {
                throw new SecurityException("expected an address that `muster.bridges.allowed-networks` allows behind `"
                        + host + "`, found one of the inside: " + refusal.get());
            }
        }
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(addresses[0], port), millis);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
