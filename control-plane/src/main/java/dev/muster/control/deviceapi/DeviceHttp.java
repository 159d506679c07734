package dev.muster.control.deviceapi;

import dev.muster.control.http.Problem;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.logs.LogFields;
import dev.muster.control.tracing.Step;
import dev.muster.control.tracing.Tracing;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.trace.Traceparent;
import io.opentelemetry.api.trace.SpanKind;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.PlatformHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Joins Vert.x and the handlers: the gate first, then the body, then the handler, on a virtual thread; the event loop
 * only moves bytes. Errors become problem documents here.
 */
// Vert.x reports the end of a response through futures; one that failed has nobody left to tell.
@SuppressWarnings("FutureReturnValueIgnored")
final class DeviceHttp implements DeviceRouter {
    private static final Logger LOG = Logger.getLogger(DeviceHttp.class);
    private static final String BASE = "/device/v1";
    private static final String PASSED = "muster.passed";
    private static final String RETRY_AFTER = "Retry-After";

    private final Router router;
    private final DeviceGate gate;
    private final Tracing tracing;
    private final ExecutorService threads;

    DeviceHttp(Router router, DeviceGate gate, Tracing tracing, ExecutorService threads) {
        this.tracing = tracing;
        this.router = router;
        this.gate = gate;
        this.threads = threads;
        router.route().failureHandler(this::failed);
    }

    @Override
    public void get(String path, DeviceHandler handler) {
        guarded(HttpMethod.GET, path, 0, false, handler);
    }

    @Override
    public void put(String path, int maxBody, DeviceHandler handler) {
        guarded(HttpMethod.PUT, path, maxBody, false, handler);
    }

    @Override
    public void post(String path, int maxBody, DeviceHandler handler) {
        guarded(HttpMethod.POST, path, maxBody, false, handler);
    }

    @Override
    public void postInGrace(String path, int maxBody, DeviceHandler handler) {
        guarded(HttpMethod.POST, path, maxBody, true, handler);
    }

    @Override
    public void postAnonymous(String path, int maxBody, AnonymousHandler handler) {
        router.route(HttpMethod.POST, BASE + path)
                .handler(BodyHandler.create(false).setBodyLimit(maxBody))
                .handler(context -> onThread(context, () -> {
                    DeviceAnswer answer = handler.handle(new AnonymousRequest(
                            body(context), context.request().remoteAddress().hostAddress()));
                    return () -> send(context, answer);
                }));
    }

    /** No more routes: everything else is not found. */
    void close() {
        router.route()
                .handler(context -> problem(
                        context,
                        new ProblemException(ProblemCode.NOT_FOUND, "no such path on the port of the devices")));
    }

    private void guarded(HttpMethod method, String path, int maxBody, boolean inGrace, DeviceHandler handler) {
        router.route(method, BASE + path)
                // A platform handler, because Vert.x wants bodies read before all others; here the gate comes first.
                .handler((PlatformHandler) context -> {
                    context.request().pause();
                    onThread(context, () -> {
                        DeviceGate.Passed passed = gate.check(context.request().sslSession(), inGrace);
                        return () -> {
                            context.put(PASSED, passed);
                            context.request().resume();
                            context.next();
                        };
                    });
                })
                // A limit of 0 would mean 1 byte too many is read first; -1 would mean none.
                .handler(BodyHandler.create(false).setBodyLimit(maxBody))
                .handler(context -> onThread(context, () -> {
                    DeviceAnswer answer = answer(handler, request(context), method + " " + BASE + path);
                    return switch (answer) {
                        case DeviceAnswer.Content content -> file(context, content);
                        case DeviceAnswer.Stream stream -> stream(context, stream);
                        case DeviceAnswer.Bytes bytes -> () -> send(context, bytes);
                        case DeviceAnswer.Empty empty -> () -> send(context, empty);
                    };
                }));
    }

    /** In a span where the device names the trace of the change that it follows; whoever only looks begins none. */
    private DeviceAnswer answer(DeviceHandler handler, DeviceRequest request, String name) throws Exception {
        if (!tracing.on()) {
            return handler.handle(request);
        }
        Optional<Traceparent> trace = request.header(Traceparent.NAME).flatMap(Traceparent::find);
        if (trace.isEmpty()) {
            return handler.handle(request);
        }
        try (Step step = tracing.begin(SpanKind.SERVER, name, trace.get())
                .with("muster.tenant", request.device().tenant().value())
                .with("muster.device", request.device().device().value())) {
            return step.call(() -> handler.handle(request));
        }
    }

    /** Something that may block, and gives what then happens on the event loop. */
    private interface Blocking {
        Runnable run() throws Exception;
    }

    private void onThread(RoutingContext context, Blocking work) {
        Context loop = context.vertx().getOrCreateContext();
        DeviceGate.@Nullable Passed passed = context.get(PASSED);
        threads.execute(() -> {
            Runnable then;
            try (LogFields fields = passed == null ? LogFields.none() : LogFields.of(passed.device())) {
                then = run(context, work);
            }
            loop.runOnContext(ignored -> then.run());
        });
    }

    private static Runnable run(RoutingContext context, Blocking work) {
        try {
            return work.run();
        } catch (ProblemException e) {
            return () -> problem(context, e);
        } catch (ProtocolException | IllegalArgumentException e) {
            String detail = String.valueOf(e.getMessage());
            return () -> problem(context, new ProblemException(ProblemCode.INVALID_REQUEST, detail));
        } catch (Exception e) {
            LOG.errorf(
                    e,
                    "%s %s failed",
                    context.request().method(),
                    context.request().path());
            return () -> problem(context, new ProblemException(ProblemCode.INTERNAL, "the server's log has the cause"));
        }
    }

    private static DeviceRequest request(RoutingContext context) {
        DeviceGate.Passed passed = Objects.requireNonNull(context.get(PASSED), "the gate comes first");
        Map<String, String> headers = new HashMap<>();
        context.request()
                .headers()
                .forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return new DeviceRequest(passed.device(), passed.certificate(), context.pathParams(), headers, body(context));
    }

    private static byte[] body(RoutingContext context) {
        @Nullable Buffer body = context.body() == null ? null : context.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    private static void send(RoutingContext context, DeviceAnswer answer) {
        HttpServerResponse response = context.response();
        switch (answer) {
            case DeviceAnswer.Empty empty ->
                response.setStatusCode(empty.status()).end();
            case DeviceAnswer.Bytes bytes -> {
                bytes.again().ifPresent(wait -> response.setStatusCode(202)
                        .putHeader(RETRY_AFTER, Long.toString(wait.toSeconds())));
                bytes.trace().ifPresent(trace -> response.putHeader(Traceparent.NAME, trace.text()));
                Optional<String> etag = bytes.etag().map(DeviceHttp::quoted);
                etag.ifPresent(tag -> response.putHeader("ETag", tag));
                if (etag.isPresent() && etag.get().equals(context.request().getHeader("If-None-Match"))) {
                    response.setStatusCode(304).end();
                    return;
                }
                response.putHeader(HttpHeaders.CONTENT_TYPE, bytes.mediaType())
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end(Buffer.buffer(bytes.content()));
            }
            case DeviceAnswer.Content content -> throw new IllegalStateException("files are sent by `file`");
            case DeviceAnswer.Stream stream -> throw new IllegalStateException("streams are sent by `stream`");
        }
    }

    private static Runnable file(RoutingContext context, DeviceAnswer.Content content) throws IOException {
        String path = content.file().toString();
        return ranged(
                context,
                Files.size(content.file()),
                content.etag(),
                content.mediaType(),
                (from, length) -> context.response().sendFile(path, from, length));
    }

    private Runnable stream(RoutingContext context, DeviceAnswer.Stream stream) {
        return ranged(
                context,
                stream.length(),
                stream.etag(),
                stream.mediaType(),
                (from, length) ->
                        threads.execute(() -> new StreamPump(context.response()).send(stream.source(), from, length)));
    }

    private static String quoted(String tag) {
        return "\"" + tag + "\"";
    }

    /** Sends a part of the whole, which lies elsewhere; the head is written already. */
    private interface Body {
        void send(long from, long length);
    }

    private static Runnable ranged(RoutingContext context, long total, String tag, String mediaType, Body body) {
        HttpServerResponse response = context.response();
        String etag = quoted(tag);
        Optional<String> ifRange = Optional.ofNullable(context.request().getHeader("If-Range"));
        Optional<String> header = ifRange.isEmpty() || ifRange.get().equals(etag)
                ? Optional.ofNullable(context.request().getHeader("Range"))
                : Optional.empty();
        boolean known = etag.equals(context.request().getHeader("If-None-Match"));
        ByteRange.Asked asked = ByteRange.parse(header, total);
        return () -> {
            response.putHeader("ETag", etag).putHeader("Accept-Ranges", "bytes");
            if (known) {
                response.setStatusCode(304).end();
                return;
            }
            response.putHeader(HttpHeaders.CONTENT_TYPE, mediaType);
            switch (asked) {
                case ByteRange.Asked.Whole whole -> {
                    response.putHeader("Content-Length", Long.toString(total));
                    body.send(0, total);
                }
                case ByteRange.Asked.Part(ByteRange range) -> {
                    response.setStatusCode(206)
                            .putHeader("Content-Length", Long.toString(range.length()))
                            .putHeader(
                                    "Content-Range",
                                    "bytes " + range.from() + "-" + (range.from() + range.length() - 1) + "/" + total);
                    body.send(range.from(), range.length());
                }
                case ByteRange.Asked.Impossible impossible -> {
                    response.putHeader("Content-Range", "bytes */" + total);
                    problem(
                            context,
                            new ProblemException(
                                    ProblemCode.RANGE_NOT_SATISFIABLE, "expected a range within " + total + " bytes"));
                }
            }
        };
    }

    private void failed(RoutingContext context) {
        int status = context.statusCode();
        if (context.failure() != null && status >= 500) {
            LOG.error("a request of a device failed", context.failure());
        }
        problem(
                context,
                switch (status) {
                    case 413 -> new ProblemException(ProblemCode.TOO_LARGE, "the body is larger than this path takes");
                    case 405 -> new ProblemException(ProblemCode.METHOD_NOT_ALLOWED, "not with this method");
                    case 400 -> new ProblemException(ProblemCode.INVALID_REQUEST, "the request cannot be read");
                    default -> new ProblemException(ProblemCode.INTERNAL, "the server's log has the cause");
                });
    }

    private static void problem(RoutingContext context, ProblemException problem) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        if (!context.request().isEnded()) {
            // The body was never read: the connection cannot carry another request.
            response.putHeader(HttpHeaders.CONNECTION, "close");
            context.request().resume();
        }
        if (problem.extensions().get(ProblemException.RETRY_AFTER) instanceof Number seconds) {
            response.putHeader(RETRY_AFTER, seconds.toString());
        }
        response.setStatusCode(problem.code().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(Buffer.buffer(JsonObject.write(Problem.members(problem))));
    }
}
