package dev.muster.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.store.StateStore;
import dev.muster.protocol.trace.Traceparent;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangeTraceTest {
    private static final Traceparent ONE = new Traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    private static final Traceparent TWO = new Traceparent("00-11111111111111111111111111111111-2222222222222222-01");

    private final Memory memory = new Memory();

    private static final class Memory implements StateStore {
        private Optional<byte[]> document = Optional.empty();
        private int writes;

        @Override
        public Optional<byte[]> read() {
            return document;
        }

        @Override
        public void write(byte[] next) {
            document = Optional.of(next);
            writes++;
        }
    }

    @Test
    void requestsBearTheTraceFromTheHintToTheEndAndReportsUntilNothingIsNewAnyMore() throws IOException {
        ChangeTrace trace = new ChangeTrace(memory);

        trace.heard(ONE);
        assertThat(trace.ofRequests()).contains(ONE);
        assertThat(trace.ofReports()).isEmpty();

        trace.verified(true);
        assertThat(trace.ofRequests()).contains(ONE);
        assertThat(trace.ofReports()).contains(ONE);

        trace.settled();
        assertThat(trace.ofRequests()).isEmpty();
        assertThat(trace.ofReports()).contains(ONE);

        trace.verified(false);
        assertThat(trace.ofReports()).isEmpty();
    }

    @Test
    void aRestartInTheMiddleOfAChangeLosesNothing() throws IOException {
        ChangeTrace before = new ChangeTrace(memory);
        before.heard(ONE);
        before.verified(true);

        ChangeTrace after = new ChangeTrace(memory);
        after.verified(false);

        assertThat(after.ofRequests()).contains(ONE);
        assertThat(after.ofReports()).contains(ONE);
    }

    @Test
    void whatIsOverIsOverAfterARestart() throws IOException {
        ChangeTrace before = new ChangeTrace(memory);
        before.heard(ONE);
        before.verified(true);
        before.settled();
        before.verified(false);

        assertThat(new ChangeTrace(memory).ofReports()).isEmpty();
    }

    @Test
    void aNewerChangeTakesOverAndOneWithoutATraceEndsIt() throws IOException {
        ChangeTrace trace = new ChangeTrace(memory);
        trace.heard(ONE);
        trace.verified(true);

        trace.heard(TWO);
        trace.verified(true);
        assertThat(trace.ofReports()).contains(TWO);

        trace.verified(true);
        assertThat(trace.ofReports()).isEmpty();
        assertThat(trace.ofRequests()).isEmpty();
    }

    @Test
    void writesNothingWhereTheServerTracesNothing() throws IOException {
        ChangeTrace trace = new ChangeTrace(memory);

        trace.verified(true);
        trace.settled();
        trace.verified(false);

        assertThat(memory.writes).isZero();
    }
}
