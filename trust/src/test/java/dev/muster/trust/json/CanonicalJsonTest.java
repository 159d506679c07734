package dev.muster.trust.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    private static String encoded(@Nullable Object value) {
        return new String(CanonicalJson.encode(value), StandardCharsets.UTF_8);
    }

    @Test
    void membersAreSortedAndNothingIsAdded() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", List.of(1, 2L, BigInteger.TWO.pow(80)));
        map.put("a", Map.of("z", true));

        assertThat(encoded(map)).isEqualTo("{\"a\":{\"z\":true},\"b\":[1,2,1208925819614629174706176]}");
    }

    @Test
    void onlyQuoteAndBackslashAreEscaped() {
        assertThat(encoded("a\"b\\c\n\u0001/ü")).isEqualTo("\"a\\\"b\\\\c\n\u0001/ü\"");
    }

    @Test
    void namesAreSortedByCodePointAndNotByUtf16Unit() {
        String beyond = Character.toString(0x1F600);

        assertThat(encoded(Map.of(beyond, 1, "\uFB01", 2))).isEqualTo("{\"\uFB01\":2,\"" + beyond + "\":1}");
    }

    @Test
    void fractionsHaveNoCanonicalForm() {
        assertThatThrownBy(() -> CanonicalJson.encode(1.5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsReadIsWrittenTheSameAndOrderDoesNotMatter() {
        Random random = new Random(20261122);
        for (int i = 0; i < 500; i++) {
            Map<String, @Nullable Object> tree = object(random, 4);
            Map<String, @Nullable Object> shuffled = new LinkedHashMap<>();
            List<String> names = new ArrayList<>(tree.keySet());
            java.util.Collections.shuffle(names, random);
            names.forEach(name -> shuffled.put(name, tree.get(name)));

            byte[] bytes = CanonicalJson.encode(tree);

            assertThat(CanonicalJson.encode(shuffled)).isEqualTo(bytes);
            // Control characters are not escaped, so the canonical form is JSON only without them.
            assertThat(CanonicalJson.encode(StrictJson.object("tree", bytes))).isEqualTo(bytes);
        }
    }

    private static Map<String, @Nullable Object> object(Random random, int depth) {
        Map<String, @Nullable Object> map = new HashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(text(random), value(random, depth - 1));
        }
        return map;
    }

    private static @Nullable Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> null;
            case 1 -> random.nextLong();
            case 2 -> random.nextBoolean();
            case 3 -> text(random);
            case 4 -> object(random, depth);
            default -> Arrays.asList(value(random, depth - 1), text(random));
        };
    }

    private static String text(Random random) {
        int[] points = {'a', 'Z', '"', '\\', ' ', 0xE9, 0x20AC, 0xFB01, 0x1F600};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }
}
