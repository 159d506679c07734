package dev.muster.agent.transport;

import dev.muster.agent.store.StateStore;
import dev.muster.protocol.trace.Traceparent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The trace of the change that the device follows now: kept as the server named it, and sent back with what the device asks and says, so
 * that the server can tell what belongs together. Nothing here decides anything, and a device whose server traces nothing writes nothing.
 * {@link #heard} and the questions may come from any thread, the rest from the loop's.
 */
public final class ChangeTrace {
    private final StateStore store;
    private boolean stored;
    private volatile Optional<Traceparent> heard = Optional.empty();
    private volatile Optional<Traceparent> followed;
    private volatile boolean settled;

    /** Goes on with what was followed before the restart. */
    public ChangeTrace(StateStore store) throws IOException {
        this.store = store;
        this.followed = store.read().flatMap(bytes -> Traceparent.find(new String(bytes, StandardCharsets.US_ASCII)));
        this.stored = followed.isPresent();
    }

    /** The server named the trace of a change that is on its way. Of one trace the first word counts, which came with the hint. */
    public void heard(Traceparent trace) {
        if (heard.filter(known -> known.trace().equals(trace.trace())).isEmpty()) {
            heard = Optional.of(trace);
        }
    }

    /** What requests bear: of the change that is on its way, else of the one that is followed and not settled yet. */
    public Optional<Traceparent> ofRequests() {
        Optional<Traceparent> coming = heard;
        return coming.isPresent() || settled ? coming : followed;
    }

    /** What reports bear: of the change followed last, until a later look at the document found nothing new. */
    public Optional<Traceparent> ofReports() {
        return followed;
    }

    /** A document was verified; what was heard belongs to it if it is new. */
    public void verified(boolean isNew) throws IOException {
        Optional<Traceparent> coming = heard;
        heard = Optional.empty();
        if (isNew) {
            follow(coming);
        } else if (settled) {
            follow(Optional.empty());
        }
    }

    /** What the document asks for is in force, or has a final condition. */
    public void settled() {
        settled = true;
    }

    private void follow(Optional<Traceparent> trace) throws IOException {
        followed = trace;
        settled = false;
        if (trace.isPresent() || stored) {
            store.write(trace.map(Traceparent::text).orElse("").getBytes(StandardCharsets.US_ASCII));
            stored = trace.isPresent();
        }
    }
}
