package dev.muster.control.outbound;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Posts to an address that somebody chose. INVARIANT (checked is dialled): the name is looked up once; every address it has must be
 * allowed; the connection goes to one of these very addresses, while TLS asks for the name. A name that points elsewhere a moment
 * later changes nothing. Thread-safe.
 */
public final class OutboundHttp {
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final int LONGEST_URL = 2_000;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");

    private final Resolver resolver;
    private final AddressGuard guard;
    private final SSLSocketFactory tls;
    private final boolean plainHttp;
    private final Duration timeLimit;
    private final int maxAnswer;

    /** Looks names up. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    OutboundHttp(Resolver resolver, OutboundConfig config) {
        this.resolver = resolver;
        this.guard = new AddressGuard(config.allowedNetworks().orElse(List.of()).stream()
                .map(Network::parse)
                .toList());
        this.tls = TrustAnchors.believing(config.trustAnchors());
        this.plainHttp = config.plainHttp();
        this.timeLimit = config.timeLimit();
        this.maxAnswer = config.maxAnswer();
    }

    /** The server's own. */
    @Singleton
    static final class Producer {
        @Produces
        @Singleton
        OutboundHttp outbound(OutboundConfig config) {
            return new OutboundHttp(InetAddress::getAllByName, config);
        }
    }

    /** What is wrong with an address, as far as its text tells; empty for a good one. */
    public Optional<String> complaint(String url) {
        if (url.length() > LONGEST_URL) {
            return Optional.of("expected an address of at most " + LONGEST_URL + " characters, found " + url.length());
        }
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            return Optional.of("expected an address such as `https://example.org/hook`, found `" + url + "`");
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme());
        if (!"https".equalsIgnoreCase(uri.getScheme()) && !(http && plainHttp)) {
            return Optional.of("expected an address that begins with `https://`, found `" + url + "`");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            return Optional.of("expected a host, without user and fragment, found `" + url + "`");
        }
        return Optional.empty();
    }

    /** Posts the body; the headers must be free of line breaks. Takes {@code muster.outbound.time-limit} at most. */
    public Outcome post(String url, Map<String, String> headers, byte[] body) {
        Optional<String> complaint = complaint(url);
        if (complaint.isPresent()) {
            return new Outcome.Refused(complaint.get());
        }
        AtomicReference<@Nullable Socket> open = new AtomicReference<>();
        FutureTask<Outcome> exchange = new FutureTask<>(() -> exchange(URI.create(url), headers, body, open));
        Thread.ofVirtual().name("outbound").start(exchange);
        try {
            return exchange.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Outcome.Failed("expected an answer within " + timeLimit.toSeconds() + " s, found none");
        } catch (ExecutionException e) {
            return new Outcome.Failed(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed("the server ends");
        } finally {
            close(open.get());
        }
    }

    private Outcome exchange(
            URI uri, Map<String, String> headers, byte[] body, AtomicReference<@Nullable Socket> open) {
        String host = host(uri);
        InetAddress[] addresses;
        try {
            addresses = resolver.resolve(host);
        } catch (UnknownHostException e) {
            return new Outcome.Failed("expected an address behind `" + host + "`, found none");
        }
        for (InetAddress address : addresses) {
            Optional<String> refusal = guard.refusal(address);
            if (refusal.isPresent()) {
                return new Outcome.Refused(
                        "expected a public address behind `" + host + "`, found one of the inside: " + refusal.get());
            }
        }
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() < 0 ? (https ? 443 : 80) : uri.getPort();
        try (Socket plain = new Socket()) {
            open.set(plain);
            plain.setSoTimeout(Math.toIntExact(timeLimit.toMillis()));
            plain.connect(new InetSocketAddress(addresses[0], port), Math.toIntExact(timeLimit.toMillis()));
            if (!https) {
                return talk(plain, uri, port, headers, body);
            }
            try (SSLSocket secure = (SSLSocket) tls.createSocket(plain, host, port, true)) {
                SSLParameters parameters = secure.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                if (!host.matches("[0-9.]+|.*:.*")) {
                    parameters.setServerNames(List.of(new SNIHostName(host)));
                }
                secure.setSSLParameters(parameters);
                secure.startHandshake();
                return talk(secure, uri, port, headers, body);
            }
        } catch (IOException | IllegalArgumentException e) {
            return new Outcome.Failed("`" + host + "`: " + e.getMessage());
        }
    }

    private Outcome talk(Socket socket, URI uri, int port, Map<String, String> headers, byte[] body)
            throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(head(uri, port, headers, body.length).getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
        InputStream in = new BufferedInputStream(socket.getInputStream());
        String line = line(in);
        Matcher status = STATUS.matcher(line);
        if (!status.matches()) {
            return new Outcome.Failed("expected an answer of HTTP/1.1, found something else");
        }
        // What the answer says does not matter, and a server that keeps the connection open is not waited for.
        in.skipNBytes(Math.min(in.available(), maxAnswer));
        return new Outcome.Answered(Integer.parseInt(status.group(1)));
    }

    private static String head(URI uri, int port, Map<String, String> headers, int length) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        StringBuilder head = new StringBuilder("POST ")
                .append(path)
                .append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                .append(" HTTP/1.1\r\nHost: ")
                .append(uri.getHost())
                .append(uri.getPort() < 0 ? "" : ":" + port)
                .append("\r\nConnection: close\r\nUser-Agent: Muster\r\nContent-Length: ")
                .append(length)
                .append("\r\n");
        headers.forEach((name, value) -> {
            if ((name + value).chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw new IllegalArgumentException("expected a header of plain characters, found `" + name + "`");
            }
            head.append(name).append(": ").append(value).append("\r\n");
        });
        return head.append("\r\n").toString();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() == LONGEST_HEAD) {
                throw new IOException("expected a shorter first line of the answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Without the brackets of an IPv6 address. */
    private static String host(URI uri) {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static void close(@Nullable Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no use to anybody any more.
            }
        }
    }
}
