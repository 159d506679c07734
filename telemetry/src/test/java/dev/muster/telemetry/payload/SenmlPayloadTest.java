package dev.muster.telemetry.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.schema.ValueKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packs are those of RFC 8428 section 5.1 where it has one. */
class SenmlPayloadTest {
    private static final long NOW = 1_800_000_000_000L;

    @Test
    void aSinglePointIsOfNow() {
        assertThat(read("""
                [{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]""")).containsExactly("urn:dev:ow:10e2073a01080063=23.1@" + NOW);
    }

    @Test
    void baseNameAndTimeHoldForAllRecordsThatFollow() {
        assertThat(read("""
                [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,
                  "n":"voltage","u":"V","v":120.1},
                 {"n":"current","t":-5,"v":1.2},
                 {"n":"current","t":-4,"v":1}]"""))
                .containsExactly(
                        "urn:dev:ow:10e2073a0108006:voltage=120.1@1276020076001",
                        "urn:dev:ow:10e2073a0108006:current=1.2@1276020071001",
                        "urn:dev:ow:10e2073a0108006:current=1@1276020072001");
    }

    @Test
    void timesBelowTwoToThe28AreRelativeToNow() {
        assertThat(read("""
                [{"n":"a","t":-10,"v":1},{"n":"a","t":268435455,"v":2},{"n":"a","t":268435456,"v":3}]"""))
                .containsExactly("a=1@" + (NOW - 10_000), "a=2@" + (NOW + 268_435_455_000L), "a=3@268435456000");
    }

    @Test
    void valuesOfEveryTypeAreKeptAsWhatTheyAre() {
        assertThat(read("""
                [{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},
                 {"n":"label","vs":"Machine Room"},{"n":"open","vb":false},{"n":"nfc-reader","vd":"aGkgCg"},
                 {"n":"count","v":9007199254740993}]"""))
                .containsExactly(
                        "urn:dev:ow:10e2073a01080063:temp=23.1@" + NOW,
                        "urn:dev:ow:10e2073a01080063:label=Machine Room@" + NOW,
                        "urn:dev:ow:10e2073a01080063:open=false@" + NOW,
                        "urn:dev:ow:10e2073a01080063:nfc-reader=aGkgCg==@" + NOW,
                        "urn:dev:ow:10e2073a01080063:count=9007199254740993@" + NOW);
    }

    @Test
    void baseValueAndBaseSumAreAddedAndASumIsAMetricOfItsOwn() {
        assertThat(read("""
                [{"bn":"m:","bv":100,"bs":1000},{"n":"power","v":0.5,"s":7},{"n":"energy","s":8}]"""))
                .containsExactly("m:power=100.5@" + NOW, "m:power.sum=1007@" + NOW, "m:energy.sum=1008@" + NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                         | JSON array",
                "[1]                                        | an object",
                "[{\"n\":\"a\"}]                            | one of `v`",
                "[{\"n\":\"a\",\"v\":1,\"vs\":\"x\"}]       | one value",
                "[{\"n\":\"a\",\"v\":\"1\"}]                | a number at `v`",
                "[{\"n\":\"a\",\"v\":1e500}]                | at most 400 digits",
                "[{\"n\":\"a\",\"v\":1e999999999}]          | at most 400 digits",
                "[{\"n\":\"a\",\"v\":1e399}]                | 64 bits",
                "[{\"n\":\"a\",\"t\":1e300,\"v\":1}]        | seconds",
                "[{\"n\":\"a\",\"t\":9e15,\"v\":1}]         | milliseconds since 1970",
                "[{\"v\":1}]                                | a SenML name",
                "[{\"n\":\"a b\",\"v\":1}]                  | a SenML name",
                "[{\"n\":\"-a\",\"v\":1}]                   | a SenML name",
                "[{\"n\":\"a\",\"v\":1,\"must_\":1}]        | understood",
                "[{\"bver\":11,\"n\":\"a\",\"v\":1}]        | version 10",
                "[{\"n\":\"a\",\"vd\":\"!\"}]               | base64url",
                "[{\"n\":\"a\",\"vb\":1}]                   | true or false",
                "[{\"n\":\"a\",\"vs\":\"\\u0000\"}]         | U+0000",
                "[{\"n\":\"a\",\"v\":1}] []                 | nothing after"
            })
    void whatIsNoPackIsRefusedWithTheReason(String pack, String reason) {
        assertThatThrownBy(() -> read(pack))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(reason);
    }

    private static List<String> read(String json) {
        return SenmlPayload.metrics(json.getBytes(StandardCharsets.UTF_8), NOW).stream()
                .map(SenmlPayloadTest::text)
                .toList();
    }

    private static String text(Metric metric) {
        return metric.getName() + "=" + ValueKind.plain(metric) + "@" + metric.getAtMs();
    }
}
