package dev.muster.control.ddi;

import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a client of hawkBit sends, over real HTTP: paths as it builds them, links as it follows them. */
final class DdiClient {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final String root;
    private final List<String> headers = new ArrayList<>();

    DdiClient(int port, String tenant, String controller) {
        this.base = "http://127.0.0.1:" + port;
        this.root = base + "/" + tenant + "/controller/v1/" + controller;
    }

    DdiClient with(String name, String value) {
        headers.add(name);
        headers.add(value);
        return this;
    }

    DdiClient gateway(String token) {
        return with("Authorization", "GatewayToken " + token);
    }

    /** A call of a path below the client's own. */
    HttpResponse<byte[]> call(String method, String path, String body, String... more) throws Exception {
        return send(method, root + path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8), more);
    }

    HttpResponse<byte[]> send(String method, String url, byte[] body, String... more)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        List<String> all = new ArrayList<>(headers);
        all.addAll(List.of(more));
        if (all.stream().noneMatch("Content-Type"::equals)) {
            all.addAll(List.of("Content-Type", "application/json;charset=UTF-8"));
        }
        request.headers(all.toArray(String[]::new));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String path, String... more) throws Exception {
        return call("GET", path, "", more);
    }

    JsonObject json(String path) throws Exception {
        HttpResponse<byte[]> answer = get(path);
        if (answer.statusCode() != 200) {
            throw new AssertionError("expected 200 of `" + path + "`, found " + answer.statusCode() + " "
                    + new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return JsonObject.parse(answer.body());
    }

    /** The link of the base poll, if it is there now. */
    Optional<String> link(String relation) throws Exception {
        return link(json(""), relation);
    }

    static Optional<String> link(JsonObject document, String relation) {
        return document.optionalObject("_links")
                .flatMap(links -> links.optionalObject(relation))
                .map(link -> link.string("href"));
    }

    HttpResponse<byte[]> follow(String url, String... more) throws Exception {
        return send("GET", url, new byte[0], more);
    }

    int feedback(String of, String id, String execution, String finished, String... details) throws Exception {
        String list = details.length == 0 ? "" : "\"" + String.join("\",\"", details) + "\"";
        // As clients send it: with members of their own.
        return call(
                        "POST",
                        "/" + of + "/" + id + "/feedback",
                        "{\"id\":" + id
                                + ",\"time\":\"20261127T010203\",\"status\":{\"result\":{\"progress\":{\"cnt\":1,\"of\":2},"
                                + "\"finished\":\"" + finished + "\"},\"execution\":\"" + execution + "\",\"details\":["
                                + list + "]}}")
                .statusCode();
    }

    static Map<String, ?> members(HttpResponse<byte[]> answer) {
        return JsonObject.parse(answer.body()).members();
    }
}
