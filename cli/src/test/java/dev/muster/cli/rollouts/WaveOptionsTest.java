package dev.muster.cli.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WaveOptionsTest {
    private static WaveOptions parse(String... words) {
        WaveOptions options = new WaveOptions();
        CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create()
                .addMixin("waves", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        new CommandLine(spec).parseArgs(words);
        return options;
    }

    @Test
    void readsCountsPercentagesAndNames() {
        assertThat(parse("--wave", "canary=2", "--wave", "100%").plan())
                .containsExactly(
                        Map.of("name", "canary", "count", 2, "successPercent", 100),
                        Map.of("percent", 100, "successPercent", 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "all", "-1", "1.5", "=1", "9999999999"})
    void refusesAnythingElse(String wave) {
        WaveOptions options = parse("--wave=" + wave);

        assertThatThrownBy(options::plan).hasMessageContaining("found `" + wave + "`");
    }
}
