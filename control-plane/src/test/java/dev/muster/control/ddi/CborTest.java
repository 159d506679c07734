package dev.muster.control.ddi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CborTest {
    @Test
    void readsWhatItWrites() {
        Map<String, Object> body = Map.of(
                "text",
                "ä".repeat(300),
                "small",
                23L,
                "byte",
                200L,
                "short",
                60_000L,
                "int",
                1L << 31,
                "long",
                1L << 40,
                "below",
                -500L,
                "flag",
                true,
                "list",
                List.of("a", Map.of("b", false)));

        assertThat(Cbor.read(Cbor.write(body))).isEqualTo(body);
    }

    @Test
    void readsLengthsThatAreNotSaidInAdvance() {
        // RFC 8949, appendix A: {_ "a": 1, "b": [_ 2, 3]}.
        assertThat(Cbor.read(HexFormat.of().parseHex("bf61610161629f0203ffff")))
                .isEqualTo(Map.of("a", 1L, "b", List.of(2L, 3L)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "01", "a1", "a16161", "bf6161", "a10102", "a1617b9b7fffffffffffffff", "a16161c001", "a0a0"})
    void refusesWhatIsNoMap(String hex) {
        assertThatThrownBy(() -> Cbor.read(HexFormat.of().parseHex(hex))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesDepthThatWouldEatTheStack() {
        assertThatThrownBy(() -> Cbor.read(HexFormat.of().parseHex("a16161" + "81".repeat(10_000) + "00")))
                .isInstanceOf(ProtocolException.class);
    }
}
