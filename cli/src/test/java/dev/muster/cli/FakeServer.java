package dev.muster.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Answers fixed texts on an ephemeral port and keeps what it was asked; a test of the client, not of a product. */
final class FakeServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Supplier<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    record Answer(int status, String type, String body) {}

    record Call(String request, String authorization, String tenant, String body) {}

    FakeServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String tenant = exchange.getRequestHeaders().getFirst("Muster-Tenant");
            calls.add(
                    new Call(request, authorization == null ? "" : authorization, tenant == null ? "" : tenant, body));
            Answer answer = answers.getOrDefault(request, () -> new Answer(404, "text/plain", "nothing here"))
                    .get();
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    FakeServer answer(String request, int status, String body) {
        Answer answer = new Answer(status, status < 400 ? "application/json" : "application/problem+json", body);
        answers.put(request, () -> answer);
        return this;
    }

    /** Answers with what is the case when it is asked. */
    FakeServer answer(String request, Supplier<String> body) {
        answers.put(request, () -> new Answer(200, "application/json", body.get()));
        return this;
    }

    FakeServer stream(String request, String body) {
        answers.put(request, () -> new Answer(200, "text/event-stream", body));
        return this;
    }

    List<Call> calls() {
        return calls;
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
