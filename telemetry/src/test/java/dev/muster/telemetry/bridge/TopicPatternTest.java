package dev.muster.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPatternTest {
    @Test
    void subscribesToAllTopicsOfThePattern() {
        assertThat(TopicPattern.parse("factory/{line}/{device}/temp").filter()).isEqualTo("factory/+/+/temp");
        assertThat(TopicPattern.parse("a/+/{b}/#").filter()).isEqualTo("a/+/+/#");
    }

    @Test
    void namesTheLevelsOfATopic() {
        TopicPattern pattern = TopicPattern.parse("factory/{line}/{device}/temp");

        assertThat(pattern.match("factory/7/press-1/temp")).contains(Map.of("line", "7", "device", "press-1"));
        assertThat(pattern.match("factory/7/press-1/pressure")).isEmpty();
        assertThat(pattern.match("factory/7/press-1/temp/raw")).isEmpty();
        assertThat(pattern.match("factory/7//temp")).isEmpty();
        assertThat(TopicPattern.parse("{any}/x").match("$SYS/x")).isEmpty();
        assertThat(TopicPattern.parse("a/#").match("a")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/#/b", "a/b#", "a+/b", "a/{b}x", "a/{B}", "{a}/{a}", "a/{}", "a/b}"})
    void refusesWhatIsNoPattern(String text) {
        assertThatThrownBy(() -> TopicPattern.parse(text)).isInstanceOf(ProtocolException.class);
    }

    /** By construction: what a pattern's levels are filled with comes out again under their names, and nowhere else. */
    @Test
    void givesBackWhateverTheLevelsWereFilledWith() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            List<String> pattern = new ArrayList<>();
            List<String> topic = new ArrayList<>();
            Map<String, String> filled = new LinkedHashMap<>();
            for (int level = 0, levels = 1 + random.nextInt(6); level < levels; level++) {
                String word = "w" + random.nextInt(1_000);
                topic.add(word);
                switch (random.nextInt(3)) {
                    case 0 -> pattern.add(word);
                    case 1 -> pattern.add("+");
                    default -> {
                        pattern.add("{n" + level + "}");
                        filled.put("n" + level, word);
                    }
                }
            }
            TopicPattern parsed = TopicPattern.parse(String.join("/", pattern));

            assertThat(parsed.match(String.join("/", topic))).contains(filled);
            assertThat(parsed.match(String.join("/", topic) + "/more")).isEmpty();
        }
    }
}
