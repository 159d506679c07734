package dev.muster.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static final String DOCUMENT = """
            {"value": 21.5, "unit": {"id": "a}b", "it's": 3}, "readings": [{"t": 1}, {"t": 2}], "none": null, "ä_1": true}""";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "$.value | Dec[value=21.5]",
                "$['value'] | Dec[value=21.5]",
                "$.unit['it\\'s'] | Int[value=3]",
                "$.unit.id | Text[value=a}b]",
                "$.readings[0].t | Int[value=1]",
                "$.readings[-1].t | Int[value=2]",
                "$.none | Null[]",
                "$.ä_1 | Flag[value=true]"
            })
    void findsTheOneValueAtAPath(String path, String expected) {
        assertThat(JsonPath.parse(path).read(json(DOCUMENT)).orElseThrow()).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"$.missing", "$.value.deeper", "$.readings[2]", "$.readings[-3]", "$.unit[0]", "$.readings.t"})
    void findsNothingWhereNothingIs(String path) {
        assertThat(JsonPath.parse(path).read(json(DOCUMENT))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "value",
                "$.",
                "$..value",
                "$.*",
                "$[*]",
                "$[?@.a]",
                "$[0:2]",
                "$['a','b']",
                "$['a",
                "$[01]",
                "$[-0]",
                "$.1a",
                "$ .a",
                "$[]",
                "$.a ",
                "$['a\\n']"
            })
    void refusesWhatIsNoSingularQuery(String path) {
        assertThatThrownBy(() -> JsonPath.parse(path))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void reachesEveryLeafOfAnyDocumentByItsNormalizedPath() {
        Random random = new Random(20261127);
        for (int i = 0; i < 2_000; i++) {
            Map<String, Json> leaves = new LinkedHashMap<>();
            Json document = any(random, "$", 0, leaves);

            leaves.forEach((path, leaf) ->
                    assertThat(JsonPath.parse(path).read(document)).as(path).containsSame(leaf));
        }
    }

    private static Json any(Random random, String path, int depth, Map<String, Json> leaves) {
        int kind = depth > 4 ? 2 : random.nextInt(4);
        if (kind == 0) {
            Map<String, Json> members = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                String name = name(random) + i;
                String quoted = name.replace("\\", "\\\\").replace("'", "\\'");
                members.put(name, any(random, path + "['" + quoted + "']", depth + 1, leaves));
            }
            return new Json.Obj(members);
        }
        if (kind == 1) {
            List<Json> items = new ArrayList<>();
            for (int i = 0, size = random.nextInt(4); i < size; i++) {
                items.add(any(random, path + "[" + i + "]", depth + 1, leaves));
            }
            return new Json.Arr(items);
        }
        Json leaf = new Json.Int(random.nextLong());
        leaves.put(path, leaf);
        return leaf;
    }

    private static String name(Random random) {
        String alphabet = "ab.'\"\\[]$ {}é*0";
        StringBuilder name = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            name.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return name.toString();
    }

    private static Json json(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
