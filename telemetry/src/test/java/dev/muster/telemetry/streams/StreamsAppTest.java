package dev.muster.telemetry.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.telemetry.lifecycle.Health;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamsAppTest {
    @ParameterizedTest
    @EnumSource(names = {"CREATED", "REBALANCING", "PENDING_SHUTDOWN", "NOT_RUNNING"})
    void whatPassesByItselfIsLiveButNotReady(State state) {
        Health health = StreamsApp.health(state);

        assertThat(health.ready()).isFalse();
        assertThat(health.live()).isTrue();
    }

    @Test
    void onlyRunningIsReadyAndSaysWhyNot() {
        assertThat(StreamsApp.health(State.RUNNING)).isEqualTo(Health.READY);
        assertThat(StreamsApp.health(State.REBALANCING).reason()).isEqualTo("streams are rebalancing");
    }

    @ParameterizedTest
    @EnumSource(names = {"PENDING_ERROR", "ERROR"})
    void afterAnErrorOnlyANewStartHelps(State state) {
        assertThat(StreamsApp.health(state).live()).isFalse();
    }
}
