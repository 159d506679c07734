package dev.muster.policy.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsEveryKindOfValue() {
        assertThat(Json.parse(" {\"a\": [1, -2.5, true, false, null, \"x\\n\\u0041\\\"\"], \"b\": {}} "))
                .isEqualTo(Map.of("a", List.of(1L, -2.5, true, false, Json.NULL, "x\nA\""), "b", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\"}",
                "{\"a\":1,}",
                "[1 2]",
                "tru",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12x4\"",
                "\"\\u-123\"",
                "1 2",
                "-",
                "01",
                "1.",
                "+1",
                ".5",
                "1e",
                "9223372036854775808",
                "{\"a\":1,\"a\":2}"
            })
    void refusesWhatIsNoJson(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.parse(text)).withMessageStartingWith("line 1: ");
    }

    @Test
    void boundsNesting() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.parse("[".repeat(100_000)))
                .withMessageContaining("at most 100 levels expected");
    }
}
