package dev.muster.agent.reconcile;

import dev.muster.agent.transport.Transport;
import dev.muster.agent.update.AgentState;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.trace.Traceparent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Publishes {@link ReportedState} on change and at the begin of every session, one at a time: a report replaces the one
 * before. All work is done on the executor; the public methods only ask for it. INVARIANT (the last word is the newest): a
 * report says what is durable when it is made, for an executor of several threads does not keep the order of what it is asked.
 */
public final class Reporter {
    private final Transport transport;
    private final Supplier<AgentState> state;
    private final Supplier<Map<String, String>> facts;
    private final Supplier<Optional<Traceparent>> trace;
    private final Executor executor;

    private boolean unsaid;
    private boolean withFacts;
    private boolean inFlight;
    private long session;

    /**
     * Reports facts with the first report of each session.
     *
     * @param state what is durable now; called by the executor's threads
     * @param trace of the change that is answered; likewise
     */
    public Reporter(
            Transport transport,
            Supplier<AgentState> state,
            Supplier<Map<String, String>> facts,
            Supplier<Optional<Traceparent>> trace,
            Executor executor) {
        this.transport = transport;
        this.state = state;
        this.facts = facts;
        this.trace = trace;
        this.executor = executor;
    }

    /** Something durable changed. */
    public void changed() {
        run(() -> {
            unsaid = true;
            publish();
        });
    }

    /** A fact changed. */
    public void factsChanged() {
        run(() -> {
            withFacts = true;
            unsaid = true;
            publish();
        });
    }

    /** A session began: all is said again, for what was on the way may be lost. */
    public void connected() {
        run(() -> {
            session++;
            inFlight = false;
            withFacts = true;
            unsaid = true;
            publish();
        });
    }

    private void publish() {
        if (!unsaid || inFlight || !transport.isConnected()) {
            return;
        }
        unsaid = false;
        inFlight = true;
        long of = session;
        boolean factsToo = withFacts;
        AgentState now = state.get();
        ReportedState report = new ReportedState(
                now.generation(),
                factsToo ? facts.get() : Map.of(),
                List.copyOf(now.conditions().values()));
        var unused = transport
                .publish(new MqttTopic.Reported(), report.toJson(), properties())
                .whenComplete((done, error) -> run(() -> {
                    if (of != session) {
                        return;
                    }
                    inFlight = false;
                    if (error == null) {
                        withFacts = withFacts && !factsToo;
                    } else if (!unsaid) {
                        unsaid = true; // said again with the next change or session
                        return;
                    }
                    publish();
                }));
    }

    private Map<String, String> properties() {
        return trace.get().map(one -> Map.of(Traceparent.NAME, one.text())).orElse(Map.of());
    }

    private void run(Runnable work) {
        try {
            executor.execute(() -> {
                synchronized (this) {
                    work.run();
                }
            });
        } catch (RejectedExecutionException e) {
            // The process is going down.
        }
    }
}
