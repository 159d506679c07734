package dev.muster.control.tracing;

import dev.muster.protocol.trace.Traceparent;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Begins spans and says in which one the calling thread is. Thread-safe. */
@Singleton
public final class Tracing {
    private static final int FLAGS_AT = 53;

    private final boolean on;
    private final int devicesPerStep;
    private final Tracer tracer;

    Tracing(TracingConfig config, OpenTelemetry telemetry) {
        this.on = config.endpoint().isPresent();
        this.devicesPerStep = config.devicesPerStep();
        this.tracer = telemetry.getTracer("muster");
    }

    /** Whether anything is traced at all. */
    public boolean on() {
        return on;
    }

    /** How many of the devices that one step changes the trace goes on to. */
    public int devicesPerStep() {
        return devicesPerStep;
    }

    /** The span that this thread is in, if it is one that will be sent. */
    public Optional<Traceparent> current() {
        if (!on) {
            return Optional.empty();
        }
        SpanContext span = Span.current().getSpanContext();
        return span.isValid() && span.isSampled() ? Optional.of(traceparent(span)) : Optional.empty();
    }

    /** Begins a span below {@code parent}, which somebody else named; whoever begins it closes it. */
    public Step begin(SpanKind kind, String name, Traceparent parent) {
        return new Step(tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(Context.root().with(Span.wrap(remote(parent))))
                .startSpan());
    }

    static Traceparent traceparent(SpanContext span) {
        return new Traceparent("00-" + span.getTraceId() + "-" + span.getSpanId() + "-"
                + span.getTraceFlags().asHex());
    }

    private static SpanContext remote(Traceparent parent) {
        return SpanContext.createFromRemoteParent(
                parent.trace(), parent.span(), TraceFlags.fromHex(parent.text(), FLAGS_AT), TraceState.getDefault());
    }
}
