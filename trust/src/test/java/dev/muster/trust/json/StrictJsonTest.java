package dev.muster.trust.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsPlainValues() {
        assertThat(StrictJson.object("x", bytes("{\"a\":[1,-2,true,null,\"\\u00fc\"],\"b\":18446744073709551616}")))
                .containsEntry("a", java.util.Arrays.asList(1L, -2L, true, null, "ü"))
                .containsEntry("b", BigInteger.TWO.pow(64));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"text\"",
                "{",
                "{\"a\":1",
                "{\"a\":1} {}",
                "{\"a\":1}x",
                "{\"a\":1,\"a\":2}",
                "{\"b\":{\"a\":1,\"\\u0061\":2}}",
                "{\"a\":1.0}",
                "{\"a\":1e3}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{'a':1}",
                "{\"a\":1,}",
                "{\"a\":\"\\ud800\"}",
                "{\"\\udc00\":1}",
                "{/* no */\"a\":1}"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> StrictJson.object("x", bytes(text))).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (byte[] bad : List.of(
                new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'},
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE))) {
            assertThatThrownBy(() -> StrictJson.object("x", bad)).isInstanceOf(TrustException.Malformed.class);
        }
    }

    @Test
    void deepNestingIsRefusedWithoutExhaustingTheStack() {
        String deep = "{\"a\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000) + "}";

        assertThatThrownBy(() -> StrictJson.object("x", bytes(deep))).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void hugeNumbersAreRefused() {
        assertThatThrownBy(() -> StrictJson.object("x", bytes("{\"a\":" + "9".repeat(10_000) + "}")))
                .isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void hugeStringsWithinTheFileAreRead() {
        assertThat(StrictJson.object("x", bytes("{\"a\":\"" + "x".repeat(1_000_000) + "\"}")))
                .containsKey("a");
    }
}
