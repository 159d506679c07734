package dev.muster.agent.reconcile;

import dev.muster.agent.transport.Transport;
import dev.muster.agent.update.AgentState;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.reported.ReportedState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes {@link ReportedState} on change and at the begin of every session, one at a time: a report replaces the one
 * before, so only the newest waits. All work is done on the executor; the public methods only ask for it.
 */
public final class Reporter {
    private final Transport transport;
    private final Supplier<Map<String, String>> facts;
    private final Executor executor;

    private @Nullable AgentState newest;
    private boolean withFacts;
    private boolean inFlight;
    private long session;

    /** Reports facts with the first report of each session. */
    public Reporter(Transport transport, Supplier<Map<String, String>> facts, Executor executor) {
        this.transport = transport;
        this.facts = facts;
        this.executor = executor;
    }

    /** Something durable changed. */
    public void changed(AgentState state) {
        run(() -> {
            newest = state;
            publish();
        });
    }

    /** A session began: all is said again, for what was on the way may be lost. */
    public void connected(AgentState state) {
        run(() -> {
            session++;
            inFlight = false;
            withFacts = true;
            newest = state;
            publish();
        });
    }

    private void publish() {
        AgentState state = newest;
        if (state == null || inFlight || !transport.isConnected()) {
            return;
        }
        newest = null;
        inFlight = true;
        long of = session;
        boolean factsToo = withFacts;
        ReportedState report = new ReportedState(
                state.generation(),
                factsToo ? facts.get() : Map.of(),
                List.copyOf(state.conditions().values()));
        var unused = transport
                .publish(new MqttTopic.Reported(), report.toJson(), Map.of())
                .whenComplete((done, error) -> run(() -> {
                    if (of != session) {
                        return;
                    }
                    inFlight = false;
                    if (error == null) {
                        withFacts = withFacts && !factsToo;
                    } else if (newest == null) {
                        newest = state; // said again with the next change or session
                        return;
                    }
                    publish();
                }));
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
