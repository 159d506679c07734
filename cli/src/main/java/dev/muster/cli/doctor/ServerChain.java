package dev.muster.cli.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificates that a server shows, also where they are not trusted: a handshake like any other, in which they are remembered before
 * they are judged. Nothing is sent.
 *
 * @param refused why they are not trusted; empty where they are
 */
record ServerChain(List<X509Certificate> certificates, Optional<String> refused) {
    private static final int LIMIT_MILLIS = 10_000;

    ServerChain {
        certificates = List.copyOf(certificates);
    }

    /** When the first of them ends. */
    Optional<Instant> ends() {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder());
    }

    /**
     * Asks the server.
     *
     * @throws IOException if nothing there speaks TLS
     */
    static ServerChain of(URI server, X509ExtendedTrustManager trusted) throws IOException {
        String host = server.getHost().replaceAll("^\\[|\\]$", "");
        Remembering memory = new Remembering(trusted);
        try (Socket plain = new Socket()) {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {memory}, null);
            plain.connect(new InetSocketAddress(host, server.getPort() < 0 ? 443 : server.getPort()), LIMIT_MILLIS);
            plain.setSoTimeout(LIMIT_MILLIS);
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, host, plain.getPort(), false)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
            }
            return new ServerChain(memory.seen(), Optional.empty());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        } catch (IOException e) {
            if (memory.seen().isEmpty()) {
                throw e;
            }
            return new ServerChain(memory.seen(), Optional.of(reason(e)));
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause.getMessage()).orElse("it is not trusted");
    }

    /** Remembers what is shown, then asks the one who decides. */
    private static final class Remembering extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager decides;
        private volatile List<X509Certificate> shown = List.of();

        Remembering(X509ExtendedTrustManager decides) {
            this.decides = decides;
        }

        List<X509Certificate> seen() {
            return shown;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            shown = Arrays.asList(chain);
            decides.checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            shown = Arrays.asList(chain);
            decides.checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            shown = Arrays.asList(chain);
            decides.checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("nobody is a client of the command line");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("nobody is a client of the command line");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("nobody is a client of the command line");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return decides.getAcceptedIssuers();
        }
    }
}
