package dev.muster.control.ddi;

import dev.muster.control.deviceapi.ByteRange;
import dev.muster.control.deviceapi.StreamPump;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** Joins Vert.x and the operations of DDI: the operation on a virtual thread, bytes on the event loop. */
// Vert.x reports the end of a response through futures; one that failed has nobody left to tell.
@SuppressWarnings("FutureReturnValueIgnored")
final class DdiHttp {
    private static final Logger LOG = Logger.getLogger(DdiHttp.class);
    private static final int MOST_BODY_BYTES = 1 << 18;
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9.:\\[\\]_-]{1,255}");
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final String CBOR = "application/cbor";

    private final DdiEndpoint endpoint;
    private final ExecutorService threads;
    private final Optional<URI> external;

    DdiHttp(DdiEndpoint endpoint, ExecutorService threads, Optional<URI> external) {
        this.endpoint = endpoint;
        this.threads = threads;
        this.external = external;
    }

    void register(Router router) {
        router.route()
                .handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES))
                .handler(this::handle)
                .failureHandler(context -> error(
                        context,
                        new DdiException(
                                context.statusCode() == 413 ? 413 : 400,
                                "rest.body.notReadable",
                                "the request cannot be read")));
    }

    private void handle(RoutingContext context) {
        Context loop = context.vertx().getOrCreateContext();
        threads.execute(() -> {
            Runnable then;
            try {
                DdiAnswer answer = endpoint.answer(request(context));
                then = () -> send(context, answer);
            } catch (DdiException e) {
                then = () -> error(context, e);
            } catch (ProblemException e) {
                int status = e.code() == dev.muster.control.http.ProblemCode.QUOTA_EXCEEDED
                        ? 429
                        : e.code().status();
                then = () -> error(
                        context, new DdiException(status, "repo." + e.code().code(), String.valueOf(e.getMessage())));
            } catch (ProtocolException | IllegalArgumentException | ArithmeticException e) {
                then = () ->
                        error(context, new DdiException(400, "rest.body.notReadable", String.valueOf(e.getMessage())));
            } catch (Exception e) {
                LOG.errorf(
                        e,
                        "%s %s failed",
                        context.request().method(),
                        context.request().path());
                then = () -> error(context, new DdiException(500, "rest", "the server's log has the cause"));
            }
            Runnable last = then;
            loop.runOnContext(ignored -> last.run());
        });
    }

    private DdiRequest request(RoutingContext context) {
        HttpServerRequest request = context.request();
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        Map<String, String> query = new HashMap<>();
        request.params().forEach(parameter -> query.putIfAbsent(parameter.getKey(), parameter.getValue()));
        byte[] body = context.body() == null || context.body().buffer() == null
                ? new byte[0]
                : context.body().buffer().getBytes();
        return new DdiRequest(
                request.method().name(),
                segments(String.valueOf(request.path())),
                query,
                headers,
                body,
                request.remoteAddress().hostAddress(),
                base(request));
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        String[] parts = path.split("/", -1);
        for (int i = 1; i < parts.length; i++) {
            if (!(parts[i].isEmpty() && i == parts.length - 1)) {
                // A plus is a plus here; only forms write blanks so.
                segments.add(URLDecoder.decode(parts[i].replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return segments;
    }

    private String base(HttpServerRequest request) {
        if (external.isPresent()) {
            String url = external.get().toString();
            return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        }
        // Of HTTP/1.1 it is the header `Host`, of HTTP/2 a field of its own.
        HostAndPort authority = request.authority();
        String host = authority == null ? "" : authority.toString();
        if (!AUTHORITY.matcher(host).matches()) {
            throw DdiException.invalid("expected a `Host`");
        }
        return (request.isSSL() ? "https://" : "http://") + host;
    }

    private void send(RoutingContext context, DdiAnswer answer) {
        HttpServerResponse response = context.response();
        switch (answer) {
            case DdiAnswer.Status status ->
                response.setStatusCode(status.code()).end();
            case DdiAnswer.Document document -> document(context, List.of(document.members()), false);
            case DdiAnswer.Documents documents -> document(context, documents.all(), true);
            case DdiAnswer.Md5 md5 -> {
                response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                        .putHeader("Content-Disposition", "attachment;filename=" + md5.file() + ".MD5SUM");
                whole(context, Buffer.buffer(md5.line()));
            }
            case DdiAnswer.Content content -> content(context, content);
        }
    }

    private static void document(RoutingContext context, List<Map<String, Object>> all, boolean list) {
        String accept = Optional.ofNullable(context.request().getHeader(HttpHeaders.ACCEPT))
                .orElse("*/*");
        boolean cbor = accept.startsWith(CBOR);
        if (!cbor && !accept.contains("json") && !accept.contains("*/*") && !accept.contains("application/*")) {
            error(context, new DdiException(406, "rest.notAcceptable", "expected to answer with JSON or CBOR"));
            return;
        }
        byte[] body = cbor ? Cbor.write(list ? all : all.getFirst()) : json(all, list);
        String etag = "\"0" + Hashes.hex(Hashes.digest("MD5").digest(body)) + "\"";
        HttpServerResponse response = context.response().putHeader("ETag", etag);
        if (etag.equals(context.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
            return;
        }
        String type = cbor
                ? CBOR
                : accept.contains("hal+json") || !accept.contains("application/json")
                        ? "application/hal+json"
                        : "application/json";
        response.putHeader(HttpHeaders.CONTENT_TYPE, type + (cbor ? "" : ";charset=UTF-8"));
        whole(context, Buffer.buffer(body));
    }

    /** All of it, or for a HEAD how much it would be. */
    private static void whole(RoutingContext context, Buffer body) {
        HttpServerResponse response = context.response();
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                    .end();
        } else {
            response.end(body);
        }
    }

    private static byte[] json(List<Map<String, Object>> all, boolean list) {
        if (!list) {
            return JsonObject.write(all.getFirst());
        }
        List<String> parts = all.stream()
                .map(one -> new String(JsonObject.write(one), StandardCharsets.UTF_8))
                .toList();
        return ("[" + String.join(",", parts) + "]").getBytes(StandardCharsets.UTF_8);
    }

    private void content(RoutingContext context, DdiAnswer.Content content) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        String etag = "\"" + content.sha1() + "\"";
        String match = request.getHeader("If-Match");
        if (match != null && !match.equals("*") && !match.contains(content.sha1())) {
            error(context, new DdiException(412, "artifact.changed", "expected another entity tag"));
            return;
        }
        String modified = HTTP_DATE.format(content.modified());
        String ifRange = request.getHeader("If-Range");
        boolean ranged = ifRange == null || ifRange.equals(etag) || ifRange.equals(modified);
        long total = content.stored().length();
        response.putHeader("ETag", etag)
                .putHeader(HttpHeaders.LAST_MODIFIED, modified)
                .putHeader("Accept-Ranges", "bytes")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Disposition", "attachment;filename=" + content.file());
        ByteRange.Asked asked =
                ByteRange.parse(ranged ? Optional.ofNullable(request.getHeader("Range")) : Optional.empty(), total);
        switch (asked) {
            case ByteRange.Asked.Whole whole -> bytes(context, content, 0, total);
            case ByteRange.Asked.Part(ByteRange range) -> {
                response.setStatusCode(206)
                        .putHeader(
                                "Content-Range",
                                "bytes " + range.from() + "-" + (range.from() + range.length() - 1) + "/" + total);
                bytes(context, content, range.from(), range.length());
            }
            case ByteRange.Asked.Impossible impossible ->
                response.setStatusCode(416)
                        .putHeader("Content-Range", "bytes */" + total)
                        .end();
        }
    }

    private void bytes(RoutingContext context, DdiAnswer.Content content, long from, long length) {
        HttpServerResponse response = context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.end();
            return;
        }
        // Whoever went away in the middle has not got it: a response that merely ended does not count.
        Runnable gone = from + length < content.stored().length() ? () -> {} : () -> sent(content, from == 0);
        content.stored()
                .local()
                .ifPresentOrElse(
                        file -> response.sendFile(file.toString(), from, length)
                                .onSuccess(done -> threads.execute(gone)),
                        () -> threads.execute(() -> {
                            new StreamPump(response).send(content.stored()::open, from, length);
                            if (response.ended()) {
                                gone.run();
                            }
                        }));
    }

    private static void sent(DdiAnswer.Content content, boolean all) {
        try {
            content.sent().accept(all);
        } catch (RuntimeException e) {
            // The client has its bytes; only the history lacks a line.
            LOG.warnf("that `%s` was downloaded is not written: %s", content.file(), e.getMessage());
        }
    }

    private static void error(RoutingContext context, DdiException error) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        response.setStatusCode(error.status());
        if (!error.again().isZero()) {
            response.putHeader(
                    "Retry-After", Long.toString(error.again().plusMillis(999).toSeconds()));
        }
        if (error.status() == 401) {
            response.end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json;charset=UTF-8")
                    .end(Buffer.buffer(JsonObject.write(DdiJson.error(error))));
        }
    }
}
