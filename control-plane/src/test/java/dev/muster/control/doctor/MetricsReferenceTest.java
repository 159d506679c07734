package dev.muster.control.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules and dashboards that we ship ask for meters that there are; that there are the meters of the page is {@code DoctorIT}'s. */
class MetricsReferenceTest {
    private static final Path CHART = Path.of("..", "helm", "muster");

    @ParameterizedTest
    @ValueSource(strings = {"templates/monitoring.yaml", "dashboards/muster.json"})
    void whatTheChartAsksForIsInTheReference(String file) throws IOException {
        Set<String> asked = new TreeSet<>();
        Matcher name = Pattern.compile("\\bmuster_[a-z_0-9]+").matcher(Files.readString(CHART.resolve(file)));
        while (name.find()) {
            asked.add(name.group());
        }

        assertThat(asked).isNotEmpty();
        assertThat(MetricsReference.types().keySet()).containsAll(asked);
    }
}
