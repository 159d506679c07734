package dev.muster.control.tracing;

import dev.muster.control.logs.LogFields;
import dev.muster.protocol.trace.Traceparent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import java.util.concurrent.Callable;

/** A span of ours, from its begin to {@link #close}. One thread at a time. */
public final class Step implements AutoCloseable {
    private final Span span;

    Step(Span span) {
        this.span = span;
    }

    /** Says more of it. */
    public Step with(String key, String value) {
        span.setAttribute(key, value);
        return this;
    }

    /** It did not come to its end; {@code reason} is no secret. */
    public void failed(String reason) {
        span.setStatus(StatusCode.ERROR, reason);
    }

    /** What is handed on, so that what follows is below this. */
    public Traceparent traceparent() {
        return Tracing.traceparent(span.getSpanContext());
    }

    /** Does something within it, on this thread. */
    public <T> T call(Callable<T> work) throws Exception {
        try (Scope scope = span.makeCurrent();
                LogFields fields = fields()) {
            return work.call();
        } catch (Exception e) {
            failed(e.getClass().getSimpleName());
            throw e;
        }
    }

    /** The same without an answer. */
    public void run(Runnable work) {
        try (Scope scope = span.makeCurrent();
                LogFields fields = fields()) {
            work.run();
        } catch (RuntimeException e) {
            failed(e.getClass().getSimpleName());
            throw e;
        }
    }

    private LogFields fields() {
        return LogFields.ofSpan(
                span.getSpanContext().getTraceId(), span.getSpanContext().getSpanId());
    }

    @Override
    public void close() {
        span.end();
    }
}
