package dev.muster.trust.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A real HTTP server on loopback: a repository by default, and for named files whatever a test wants it to do. */
public final class HostileServer implements AutoCloseable {
    /** Answers one request by itself. */
    public interface Attack {
        void answer(HttpExchange exchange) throws IOException;
    }

    public final Map<String, Attack> attacks = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public HostileServer(Function<String, Optional<byte[]>> files) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                String name = exchange.getRequestURI().getRawPath().substring(1);
                Attack attack = attacks.get(name);
                if (attack != null) {
                    attack.answer(exchange);
                    return;
                }
                Optional<byte[]> bytes = files.apply(name);
                exchange.sendResponseHeaders(bytes.isPresent() ? 200 : 404, bytes.isPresent() ? 0 : -1);
                if (bytes.isPresent()) {
                    exchange.getResponseBody().write(bytes.get());
                }
            }
        });
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** Sends bytes for ever. */
    public static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] chunk = new byte[8_192];
        try (OutputStream body = exchange.getResponseBody()) {
            while (true) {
                body.write(chunk);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
