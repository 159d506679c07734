package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FleetWriterTest {
    @Test
    void whatIsWrittenIsReadAsItWas() {
        List<String> twice = List.of("a", "b");
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("text", "7");
        values.put("time", "22:00");
        values.put("word", "no");
        values.put("number", 30L);
        values.put("ratio", 0.5);
        values.put("off", true);
        values.put("none", null);
        values.put("one", twice);
        values.put("other", twice);
        values.put("lines", "a: b # c\n- d\n");

        FleetSpec.Settings read = (FleetSpec.Settings) read(FleetWriter.yaml("Settings", "site/pit", "", values));

        assertThat(read.of()).isEqualTo("pit");
        assertThat(String.valueOf(read.values())).isEqualTo(String.valueOf(values));
        assertThat(read.values().get("text")).isEqualTo("7");
        assertThat(read.values().get("number")).hasToString("30").isInstanceOf(Number.class);
    }

    @Test
    void everyWayToSayWhoseWindowItIsSurvives() {
        FleetSpec read = read(FleetWriter.yaml(
                "Site",
                "pit",
                "",
                Map.of("window", Map.of("days", List.of("mon", "tue"), "from", "22:00", "to", "04:00"))));

        assertThat(((FleetSpec.Site) read).window())
                .isEqualTo(Optional.of(new FleetSpec.Window(List.of("mon", "tue"), "22:00", "04:00")));
    }

    private static FleetSpec read(String yaml) {
        FleetParser.Result result = FleetParser.parse(List.of(new PolicySource("x.yaml", yaml)));
        assertThat(result.errors()).as(yaml).isEmpty();
        return result.documents().getFirst().spec();
    }
}
