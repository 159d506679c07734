package dev.muster.telemetry.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.eclipse.tahu.message.model.StatePayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkplugTopicTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "spBv1.0/pit/NBIRTH/plc-4",
                "spBv1.0/pit/NDEATH/plc-4",
                "spBv1.0/pit/DBIRTH/plc-4/pump",
                "spBv1.0/pit/DDATA/plc-4/pump 2",
                "spBv1.0/pit/NCMD/plc-4"
            })
    void whatIsReadIsWrittenAgain(String topic) {
        assertThat(SparkplugTopic.parse(topic))
                .hasValueSatisfying(read -> assertThat(read.text()).isEqualTo(topic));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spBv1.0/pit/NBIRTH/plc-4/pump",
                "spBv1.0/pit/DBIRTH/plc-4",
                "spBv1.0/pit/NBIRTH",
                "spBv1.0/pit/NOTHING/plc-4",
                "spBv1.0/+/NCMD/plc-4",
                "spBv1.0/pit/NCMD/#",
                "spBv1.0//NBIRTH/plc-4",
                "spBv1.0/STATE/NBIRTH/plc-4",
                "spAv1.0/pit/NBIRTH/plc-4",
                "spBv1.0/pit/DDATA/plc-4/pump/more",
                ""
            })
    void nothingElseIsATopic(String topic) {
        assertThat(SparkplugTopic.parse(topic)).isEmpty();
    }

    @Test
    void theStateOfAHostIsWhatTahuWrites() {
        StatePayload tahu = new StatePayload(true, 1_668_114_759_262L);
        String json = "{\"online\":" + tahu.isOnline() + ",\"timestamp\":" + tahu.getTimestamp() + "}";

        assertThat(new String(new HostState(true, 1_668_114_759_262L).toJson(), StandardCharsets.UTF_8))
                .isEqualTo(json);
        assertThat(HostState.fromJson(json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new HostState(true, 1_668_114_759_262L));
        assertThat(HostState.topic("muster")).isEqualTo("spBv1.0/STATE/muster");
        assertThat(HostState.host("spBv1.0/STATE/muster")).hasValue("muster");
        assertThat(HostState.host("spBv1.0/STATE/a/b")).isEmpty();
        assertThatThrownBy(() -> HostState.fromJson("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ProtocolException.class);
    }
}
