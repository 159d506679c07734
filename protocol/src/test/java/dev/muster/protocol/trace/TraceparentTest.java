package dev.muster.protocol.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
    // The example of W3C Trace Context, 3.2.4.
    private static final String SENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void namesTheTraceOfTheStandardsExample() {
        assertThat(Traceparent.find(SENT)).map(Traceparent::trace).contains("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(Traceparent.find(SENT)).map(Traceparent::span).contains("00f067aa0ba902b7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n"
            })
    void findsNoneInWhatIsNone(String sent) {
        assertThat(Traceparent.find(sent)).isEmpty();
        assertThatThrownBy(() -> new Traceparent(sent)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsNoneInNothing() {
        assertThat(Traceparent.find(null)).isEmpty();
    }
}
