package dev.muster.agent.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.desired.TargetName;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentStateTest {
    @Test
    void readsWhatALaterVersionOfTheAgentLeftBehind() {
        DesiredTarget target = new DesiredTarget(
                new TargetName.Settings(),
                "settings/file",
                "*",
                "1",
                "0".repeat(64),
                1,
                0,
                Optional.empty(),
                Optional.empty());
        AgentState state = AgentState.initial()
                .with(new UpdateState.Offered(new UpdateState.Step(target, Instant.EPOCH, 0)))
                .withGeneration(7);
        byte[] later = new String(state.toJson(), UTF_8)
                .replace("\"name\":\"settings\"", "\"name\":\"licences\"")
                .getBytes(UTF_8);

        AgentState read = AgentState.fromJson(later);

        assertThat(AgentState.fromJson(state.toJson())).isEqualTo(state);
        assertThat(read.generation()).isEqualTo(7);
        assertThat(read.updates()).isEmpty();
        assertThat(read.conditions()).isEmpty();
    }
}
