package dev.muster.agent.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerRulesTest {
    private static final Peer PUMP = new Peer("pump", "services");
    private static final Peer CAMERA = new Peer("camera", "media");

    @Test
    void theOwnerAndRootMayAskEverythingAndOthersNothing() {
        for (LocalOp op : LocalOp.values()) {
            assertThat(PeerRules.OWNER.allows(new Peer("muster", "x"), op, "muster"))
                    .isTrue();
            assertThat(PeerRules.OWNER.allows(new Peer("root", "root"), op, "muster"))
                    .isTrue();
            assertThat(PeerRules.OWNER.allows(PUMP, op, "muster")).isFalse();
        }
    }

    @Test
    void othersMayAskWhatTheSettingsSayOfTheirUserOrPrimaryGroup() {
        PeerRules rules = rules("""
                {"local": {"allow": [{"user": "pump", "ops": ["publish"]}, {"group": "services", "ops": ["verify"]}]}}""");

        assertThat(rules.allows(PUMP, LocalOp.PUBLISH, "muster")).isTrue();
        assertThat(rules.allows(PUMP, LocalOp.VERIFY, "muster")).isTrue();
        assertThat(rules.allows(PUMP, LocalOp.NONCE, "muster")).isTrue();
        assertThat(rules.allows(PUMP, LocalOp.CONSENT, "muster")).isFalse();
        assertThat(rules.allows(new Peer("other", "services"), LocalOp.PUBLISH, "muster"))
                .isFalse();
        assertThat(rules.allows(CAMERA, LocalOp.VERIFY, "muster")).isFalse();
    }

    @Test
    void settingsThatSayNothingLetNobodyElseIn() {
        assertThat(rules("{}")).isEqualTo(PeerRules.OWNER);
        assertThat(rules("{\"local\":{}}")).isEqualTo(PeerRules.OWNER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"local\":{\"allow\":[{\"ops\":[\"verify\"]}]}}",
                "{\"local\":{\"allow\":[{\"user\":\"a\",\"group\":\"b\",\"ops\":[\"verify\"]}]}}",
                "{\"local\":{\"allow\":[{\"user\":\"a\"}]}}",
                "{\"local\":{\"allow\":[{\"user\":\"a\",\"ops\":[\"everything\"]}]}}",
                "{\"local\":{\"allow\":\"all\"}}"
            })
    void whatCannotBeReadIsAnError(String agent) {
        assertThatThrownBy(() -> rules(agent)).isInstanceOf(ProtocolException.class);
    }

    private static PeerRules rules(String agent) {
        return PeerRules.in(JsonObject.parse(agent.getBytes(UTF_8)));
    }
}
