package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.transport.Wire;
import dev.muster.agent.update.AgentState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.trace.Traceparent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReporterTest {
    private final Wire wire = new Wire();
    private final Deque<Runnable> asked = new ArrayDeque<>();
    private AgentState durable = AgentState.initial();
    private Optional<Traceparent> trace = Optional.empty();
    private final Reporter reporter =
            new Reporter(wire, () -> durable, () -> Map.of("cpu", "arm64"), () -> trace, asked::add);

    @Test
    void theLastReportIsTheNewestStateThoughThreadsOvertakeEachOther() {
        wire.up = true;
        save(1);
        save(2);

        while (!asked.isEmpty()) {
            asked.removeLast().run();
        }
        wire.acknowledge(1);
        work();

        assertThat(generations()).endsWith(2L).doesNotContain(1L);
    }

    @Test
    void aReportBearsTheTraceOfTheChangeThatItAnswers() {
        wire.up = true;
        save(1);
        work();
        wire.acknowledge(1);
        work();

        trace = Optional.of(new Traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        save(2);
        work();

        assertThat(wire.traces)
                .containsExactly(
                        Optional.empty(), Optional.of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    }

    @Test
    void aSessionThatBeginsWhileTheStateChangesSaysTheNewOne() {
        wire.up = true;
        reporter.connected();
        save(1);

        while (!asked.isEmpty()) {
            asked.removeLast().run();
        }

        assertThat(generations()).containsOnly(1L);
    }

    @Test
    void oneReportIsOnTheWayAtATimeAndWhatChangedMeanwhileIsSaidOnce() {
        wire.up = true;
        save(1);
        work();
        save(2);
        save(3);
        work();
        assertThat(generations()).containsExactly(1L);

        wire.acknowledge(1);
        work();

        assertThat(generations()).containsExactly(1L, 3L);
    }

    @Test
    void whatALostSessionDidNotAcknowledgeIsSaidAgainWithTheFacts() {
        wire.up = true;
        reporter.connected();
        work();

        reporter.connected();
        work();

        assertThat(reports()).extracting(ReportedState::facts).containsOnly(Map.of("cpu", "arm64"));
        assertThat(reports()).hasSize(2);
    }

    @Test
    void saysNothingWithoutASessionAndEverythingWithTheNext() {
        save(1);
        work();
        assertThat(wire.sent).isEmpty();

        wire.up = true;
        reporter.connected();
        work();

        assertThat(generations()).containsExactly(1L);
    }

    private void save(long generation) {
        durable = durable.withGeneration(generation);
        reporter.changed();
    }

    private void work() {
        while (!asked.isEmpty()) {
            asked.remove().run();
        }
    }

    private List<Long> generations() {
        return reports().stream().map(ReportedState::generation).toList();
    }

    private List<ReportedState> reports() {
        return wire.sent.stream()
                .map(text -> ReportedState.fromJson(text.getBytes(UTF_8)))
                .toList();
    }
}
