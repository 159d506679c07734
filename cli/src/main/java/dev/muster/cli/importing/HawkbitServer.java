package dev.muster.cli.importing;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Row;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** hawkBit's management API, as far as an import reads it; nothing is changed there. */
final class HawkbitServer {
    private static final int PAGE = 500;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    private final String base;
    private final String authorization;

    HawkbitServer(URI server, String user, String password) {
        if (server.getHost() == null || !("https".equals(server.getScheme()) || "http".equals(server.getScheme()))) {
            throw new CliException(
                    ExitCode.USAGE, "expected `--from https://<host>[:port]` or `http://..`, found `" + server + "`");
        }
        String text = server.toString();
        this.base = (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + "/rest/v1";
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** All rows of a list, page by page: by how many came, for a server may send fewer than were asked for. */
    List<Row> all(String path) {
        List<Row> rows = new ArrayList<>();
        long total;
        do {
            Row page = new Row(object(path + "?offset=" + rows.size() + "&limit=" + PAGE));
            if (!(page.at("content") instanceof List<?>) || !(page.at("total") instanceof Number)) {
                throw new CliException(
                        ExitCode.FAILED,
                        "expected a page with `content` and `total` from hawkBit for `" + path + "`, found "
                                + page.members().keySet());
            }
            List<Row> content = page.rows("content");
            total = page.number("total");
            if (content.isEmpty() && rows.size() < total) {
                throw new CliException(
                        ExitCode.FAILED,
                        "expected " + total + " rows from hawkBit for `" + path + "`, found " + rows.size());
            }
            rows.addAll(content);
        } while (rows.size() < total);
        return rows;
    }

    /** A list that comes whole. */
    List<Row> list(String path) {
        try {
            return new Row(Map.of("content", JSON.std.listFrom(text(path)))).rows("content");
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private Map<String, Object> object(String path) {
        try {
            return JSON.std.mapFrom(text(path));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private String text(String path) {
        return send(path, BodyHandlers.ofString()).body();
    }

    /** Brings a file here. */
    void download(String path, Path file) {
        send(path, BodyHandlers.ofFile(file));
    }

    private <T> HttpResponse<T> send(String path, BodyHandler<T> body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", authorization)
                .header("Accept", "application/hal+json, application/json, application/octet-stream")
                .timeout(LIMIT)
                .build();
        try {
            HttpResponse<T> answer = http.send(request, body);
            if (answer.statusCode() != 200) {
                throw new CliException(
                        ExitCode.FAILED,
                        "hawkBit answered " + answer.statusCode() + " to `" + path + "`, expected 200");
            }
            return answer;
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot ask `" + base + path + "`: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "stopped", e);
        }
    }

    private static CliException unreadable(String path, IOException e) {
        return new CliException(ExitCode.FAILED, "expected JSON from hawkBit for `" + path + "`", e);
    }
}
