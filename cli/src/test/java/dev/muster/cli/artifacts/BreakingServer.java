package dev.muster.cli.artifacts;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps uploads and breaks their connections; a test of the client, not of a product. Thread-safe. */
final class BreakingServer implements AutoCloseable {
    private static final String UPLOADS = "/api/v1/artifacts/uploads";

    private final HttpServer server;
    private final Deque<Integer> breaks = new ArrayDeque<>();
    private final List<Map<String, Object>> announced = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private ByteArrayOutputStream content = new ByteArrayOutputStream();
    private int always = -1;

    BreakingServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** The next requests break after so many bytes, and those that follow do not. */
    synchronized void breakAfter(int... bytes) {
        always = -1;
        breaks.clear();
        for (int count : bytes) {
            breaks.add(count);
        }
    }

    /** The next request breaks after {@code bytes}, all that follow at once. */
    synchronized void breakForEver(int bytes) {
        breaks.clear();
        breaks.add(bytes);
        always = 0;
    }

    synchronized byte[] content() {
        return content.toByteArray();
    }

    synchronized int announced() {
        return announced.size();
    }

    synchronized List<Long> offsets() {
        return List.copyOf(offsets);
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            String path = exchange.getRequestURI().getPath();
            if (path.equals(UPLOADS) && method.equals("POST")) {
                announced.add(new TreeMap<>(JSON.std.mapFrom(exchange.getRequestBody())));
                content = new ByteArrayOutputStream();
                answer(exchange, 201, upload());
            } else if (path.equals(UPLOADS)) {
                answer(exchange, 200, Map.of("items", announced.isEmpty() ? List.of() : List.of(upload())));
            } else if (method.equals("PATCH")) {
                append(exchange);
            } else if (path.endsWith("/finish")) {
                answer(exchange, 200, Map.of("sha256", "made"));
            } else {
                answer(exchange, 200, upload());
            }
        }
    }

    private Map<String, Object> upload() {
        Map<String, Object> upload = new TreeMap<>(announced.getLast());
        upload.put("id", "u-" + announced.size());
        upload.put("yours", true);
        upload.put("received", content.size());
        return upload;
    }

    private void append(HttpExchange exchange) throws IOException {
        offsets.add(Long.parseLong(exchange.getRequestHeaders().getFirst("Upload-Offset")));
        Integer limit = breaks.isEmpty() ? Integer.valueOf(always) : breaks.poll();
        InputStream body = exchange.getRequestBody();
        if (limit >= 0) {
            content.write(body.readNBytes(limit));
            // Closed without an answer.
            return;
        }
        body.transferTo(content);
        answer(exchange, 200, upload());
    }

    private static void answer(HttpExchange exchange, int status, Map<String, ?> body) throws IOException {
        byte[] bytes = JSON.std.asString(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
