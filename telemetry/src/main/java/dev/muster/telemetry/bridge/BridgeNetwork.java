package dev.muster.telemetry.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import javax.net.SocketFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.client.spi.NetworkModuleFactory;
import org.jspecify.annotations.Nullable;

/**
 * How Paho reaches a broker of a bridge: through the bridge's own {@link Dialer}, so that the address that was checked is the one that
 * is dialled, with the name of the broker verified in its certificate. Found by Paho as a service; used by one thread.
 */
public final class BridgeNetwork implements NetworkModuleFactory {
    /** What stands for the broker of the bridge, whose true address is in {@link Route}. */
    static final String URI_OF_ALL = "muster-bridge://broker";

    private static final int MILLIS = 10_000;

    /** For Paho. */
    public BridgeNetwork() {}

    @Override
    public Set<String> getSupportedUriSchemes() {
        return Set.of("muster-bridge");
    }

    @Override
    public void validateURI(URI uri) {
        if (!uri.toString().equals(URI_OF_ALL)) {
            throw new IllegalArgumentException("expected `" + URI_OF_ALL + "`, found `" + uri + "`");
        }
    }

    @Override
    public NetworkModule createNetworkModule(URI uri, MqttConnectionOptions options, String clientId) {
        if (options.getSocketFactory() instanceof Route route) {
            return new Module(route);
        }
        throw new IllegalArgumentException("expected the route of a bridge in the options, found none");
    }

    /** Carries broker and dialer through Paho's options, which have no other place for them; makes no socket itself. */
    static final class Route extends SocketFactory {
        private final BridgeConfig.Broker broker;
        private final Dialer dialer;

        Route(BridgeConfig.Broker broker, Dialer dialer) {
            this.broker = broker;
            this.dialer = dialer;
        }

        Socket open() throws IOException {
            Socket plain;
            try {
                plain = dialer.dial(broker.host(), broker.port(), MILLIS);
            } catch (SecurityException e) {
                throw new ForbiddenAddress(String.valueOf(e.getMessage()), e);
            }
            if (broker.tls().isEmpty()) {
                return plain;
            }
            try {
                return secured(plain, broker.tls().get());
            } catch (GeneralSecurityException e) {
                plain.close();
                throw new IOException(e.getMessage(), e);
            } catch (IOException e) {
                plain.close();
                throw e;
            }
        }

        private Socket secured(Socket plain, BridgeTls tls) throws IOException, GeneralSecurityException {
            SSLSocket secure = (SSLSocket) tls.sockets().createSocket(plain, broker.host(), broker.port(), true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            if (!broker.host().matches("[0-9.]+|.*:.*")) {
                parameters.setServerNames(List.of(new SNIHostName(broker.host())));
            }
            secure.setSSLParameters(parameters);
            secure.setSoTimeout(MILLIS);
            secure.startHandshake();
            secure.setSoTimeout(0);
            return secure;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    /** The address is none that may be dialled. */
    static final class ForbiddenAddress extends IOException {
        private static final long serialVersionUID = 1;

        ForbiddenAddress(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** For Paho's clients of both versions, whose interfaces ask for the same. */
    static final class Module implements NetworkModule, org.eclipse.paho.client.mqttv3.internal.NetworkModule {
        private final Route route;
        private volatile @Nullable Socket socket;

        Module(Route route) {
            this.route = route;
        }

        @Override
        public void start() throws IOException {
            Socket opened = route.open();
            opened.setTcpNoDelay(true);
            socket = opened;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return open().getInputStream();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return open().getOutputStream();
        }

        private Socket open() throws IOException {
            Socket opened = socket;
            if (opened == null) {
                throw new IOException("expected an open connection, found none");
            }
            return opened;
        }

        @Override
        public void stop() throws IOException {
            Socket opened = socket;
            if (opened != null) {
                opened.close();
            }
        }

        @Override
        public String getServerURI() {
            return URI_OF_ALL;
        }
    }
}
