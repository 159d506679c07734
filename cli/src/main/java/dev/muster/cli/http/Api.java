package dev.muster.cli.http;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;

/**
 * The REST API of one server. Every answer that is not 2xx, and every failure to get one, is a {@link CliException}.
 * Safe for use by several threads.
 */
public final class Api {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final JSON WITH_NULLS = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

    private final HttpClient http;
    private final URI server;
    private final Supplier<Optional<String>> token;
    private final Optional<String> tenant;
    private final boolean readOnly;

    /** {@code token} is asked before each call, so that it can refresh itself; empty means: call without one. */
    public Api(HttpClient http, URI server, Supplier<Optional<String>> token) {
        this(http, server, token, Optional.empty());
    }

    /** The same in another tenant than {@code default}, for a person; a token of a program names its own. */
    public Api(HttpClient http, URI server, Supplier<Optional<String>> token, Optional<String> tenant) {
        this(http, server, token, tenant, false);
    }

    private Api(
            HttpClient http, URI server, Supplier<Optional<String>> token, Optional<String> tenant, boolean readOnly) {
        this.readOnly = readOnly;
        this.http = http;
        this.server = server;
        this.token = token;
        this.tenant = tenant;
    }

    /** The same, refusing every request that changes something before it is sent. */
    public Api readOnly() {
        return new Api(http, server, token, tenant, true);
    }

    public Map<String, Object> get(Url url) {
        return json(send(request(url).timeout(ANSWER_LIMIT).GET().build()));
    }

    /** An answer, and what the server's clock said, by its header {@code Date}; empty where there is none. */
    public record Dated(Map<String, Object> answer, Optional<Instant> date) {}

    /** As {@link #get}, with the server's clock. */
    public Dated getDated(Url url) {
        HttpResponse<byte[]> response =
                exchange(request(url).timeout(ANSWER_LIMIT).GET().build());
        return new Dated(
                json(response.body()), response.headers().firstValue("Date").flatMap(Api::date));
    }

    private static Optional<Instant> date(String header) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    public Map<String, Object> post(Url url, Map<String, ?> body) {
        return json(send(withJson(url, "POST", body)));
    }

    public Map<String, Object> post(Url url, String contentType, String body) {
        return json(send(request(url)
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body))
                .build()));
    }

    /** A member that is null is sent as such: it takes something away. */
    public Map<String, Object> patch(Url url, Map<String, ?> body) {
        return json(send(withJson(url, "PATCH", body)));
    }

    public Map<String, Object> put(Url url, Map<String, ?> body) {
        return json(send(withJson(url, "PUT", body)));
    }

    public Map<String, Object> put(Url url, String contentType, String body) {
        return json(send(request(url)
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", contentType)
                .PUT(BodyPublishers.ofString(body))
                .build()));
    }

    /** The same, only while {@code revision} is in force; that of what does not exist is 0. */
    public Map<String, Object> put(Url url, String contentType, String body, long revision) {
        return json(send(request(url)
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", contentType)
                .header("If-Match", "\"" + revision + "\"")
                .PUT(BodyPublishers.ofString(body))
                .build()));
    }

    /** The same, only while {@code revision} is in force. */
    public Map<String, Object> put(Url url, Map<String, ?> body, long revision) {
        try {
            return json(send(request(url)
                    .timeout(ANSWER_LIMIT)
                    .header("Content-Type", "application/json")
                    .header("If-Match", "\"" + revision + "\"")
                    .PUT(BodyPublishers.ofString(JSON.std.asString(body)))
                    .build()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer; empty where there is nothing to say. */
    public Map<String, Object> delete(Url url) {
        return json(send(request(url).timeout(ANSWER_LIMIT).DELETE().build()));
    }

    /** Sends a file as it is, streamed; there is no time limit, large files take what they take. */
    public Map<String, Object> upload(Url url, String contentType, Path file) {
        return json(send(request(url)
                .header("Content-Type", contentType)
                .POST(bytesOf(file))
                .build()));
    }

    /**
     * Sends a file from {@code offset} to its end, streamed, as {@code PATCH}; there is no time limit.
     *
     * @param offset where the server goes on, as header {@code Upload-Offset}
     * @param sent hears how many bytes of the whole file were handed to the connection
     */
    public Map<String, Object> append(Url url, Path file, long offset, LongConsumer sent) {
        BodyPublisher rest = BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> CountedStream.open(file, offset, sent)), length(file) - offset);
        return json(send(request(url)
                .header("Content-Type", "application/partial-upload")
                .header("Upload-Offset", Long.toString(offset))
                .method("PATCH", rest)
                .build()));
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`", e);
        }
    }

    /** Writes an answer that is text, as it comes. */
    public void text(Url url, PrintWriter out) {
        receive(url, body -> {
            try (Reader text = new InputStreamReader(body, StandardCharsets.UTF_8)) {
                text.transferTo(out);
            }
        });
        out.flush();
    }

    /** Hands over an answer line by line, as it comes; there is no time limit. */
    public void lines(Url url, Consumer<String> line) {
        receive(request(url).setHeader("Accept", "*/*").GET().build(), body -> eachLine(body, line));
    }

    /** The same for what is asked with a body. */
    public void postLines(Url url, Map<String, ?> body, Consumer<String> line) {
        try {
            receive(
                    request(url)
                            .setHeader("Accept", "*/*")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(JSON.std.asString(body)))
                            .build(),
                    answer -> eachLine(answer, line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void eachLine(InputStream body, Consumer<String> line) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String one = lines.readLine(); one != null; one = lines.readLine()) {
                line.accept(one);
            }
        }
    }

    /** The same for what is asked with a body. */
    public void download(Url url, Map<String, ?> body, Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            receive(
                    request(url)
                            .setHeader("Accept", "*/*")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(JSON.std.asString(body)))
                            .build(),
                    answer -> {
                        Files.copy(answer, part, StandardCopyOption.REPLACE_EXISTING);
                        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an answer into a file; one that is cut short leaves no file that looks whole. */
    public void download(Url url, Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        receive(url, body -> {
            Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        });
    }

    private interface Taking {
        void take(InputStream body) throws IOException;
    }

    private void receive(Url url, Taking taking) {
        // Whatever the answer is: a problem is told as JSON all the same.
        receive(request(url).setHeader("Accept", "*/*").GET().build(), taking);
    }

    private void receive(HttpRequest request, Taking taking) {
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() / 100 != 2) {
                    throw Problem.of(response.statusCode(), body.readAllBytes());
                }
                taking.take(body);
            }
        } catch (FileSystemException e) {
            throw new CliException(ExitCode.FAILED, "cannot write `" + e.getFile() + "`: " + e.getMessage(), e);
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Hands over the events of a stream until {@code more} says false or the server ends it. */
    public void stream(Url url, Predicate<ServerEvent> more) {
        HttpRequest request =
                request(url).header("Accept", "text/event-stream").GET().build();
        try {
            HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() / 100 != 2) {
                    String body = String.join("\n", lines.toList());
                    throw Problem.of(response.statusCode(), body.getBytes(StandardCharsets.UTF_8));
                }
                read(lines.iterator(), more);
            }
        } catch (IOException | UncheckedIOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void read(Iterator<String> lines, Predicate<ServerEvent> more) {
        ServerEventReader reader = new ServerEventReader();
        while (lines.hasNext()) {
            Optional<ServerEvent> event = reader.line(lines.next());
            if (event.isPresent() && !more.test(event.get())) {
                return;
            }
        }
    }

    private HttpRequest.Builder request(Url url) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(server + "/api/v1" + url))
                .header("Accept", "application/json")
                .header("User-Agent", "muster-cli");
        token.get().ifPresent(value -> builder.header("Authorization", "Bearer " + value));
        tenant.ifPresent(name -> builder.header("Muster-Tenant", name));
        return builder;
    }

    private HttpRequest withJson(Url url, String method, Map<String, ?> body) {
        try {
            return request(url)
                    .timeout(ANSWER_LIMIT)
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            BodyPublishers.ofString((method.equals("PATCH") ? WITH_NULLS : JSON.std).asString(body)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BodyPublisher bytesOf(Path file) {
        try {
            return BodyPublishers.ofFile(file);
        } catch (FileNotFoundException e) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`: no such file", e);
        }
    }

    private byte[] send(HttpRequest request) {
        return exchange(request).body();
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) {
        if (readOnly && !request.method().equals("GET")) {
            throw new CliException(
                    ExitCode.USAGE, "expected a verb that only reads with `--watch`, found one that changes something");
        }
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() / 100 != 2) {
                throw Problem.of(response.statusCode(), response.body());
            }
            return response;
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private CliException unreachable(Exception e) {
        Throwable cause =
                e instanceof UncheckedIOException unchecked && unchecked.getCause() != null ? unchecked.getCause() : e;
        if (cause instanceof SSLHandshakeException) {
            return new CliException(
                    ExitCode.UNREACHABLE,
                    "cannot reach `" + server + "`: its certificate is not trusted here; name the one that is with"
                            + " --ca-file PEM or MUSTER_CA_FILE",
                    e);
        }
        String reason = cause.getMessage() == null ? "no connection" : cause.getMessage();
        return new CliException(ExitCode.UNREACHABLE, "cannot reach `" + server + "`: " + reason, e);
    }

    private static CliException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new CliException(ExitCode.FAILED, "interrupted", e);
    }

    private Map<String, Object> json(byte[] body) {
        if (body.length == 0) {
            return Map.of();
        }
        try {
            return JSON.std.mapFrom(body);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "expected JSON from `" + server + "`, found something else; is it a Muster server?",
                    e);
        }
    }
}
