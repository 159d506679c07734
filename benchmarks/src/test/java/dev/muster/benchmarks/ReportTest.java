package dev.muster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.benchmarks.Report.Bar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
    @Test
    void aBarIsHeldByTheMedianOnItsSide() {
        Report report = new Report("example");
        report.row("small enough", "x", List.of(3.0, 1.0, 2.0), new Bar.AtMost(2));
        report.row("too small", "x", List.of(1999.0), new Bar.AtLeast(2000));
        report.row("old way", "s", List.of(0.9), OptionalDouble.of(0.8));
        report.row("told only", "ns", List.of(5.0), Bar.NONE);

        assertThat(table(report).lines().skip(1))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("small enough [x]").endsWith("<= 2.0 holds"),
                        line -> assertThat(line).startsWith("too small [x]").endsWith(">= 2000.0 MISSED"),
                        line -> assertThat(line).startsWith("old way [s]").endsWith("<= 0.8 MISSED"));
    }

    @Test
    void theFileSaysWhatWasMeasuredWhereAndWhatCouldNotBe(@TempDir Path home) throws IOException, InterruptedException {
        Report report = new Report("example");
        report.row("speed", "x", List.of(1.0, 4.0), new Bar.AtLeast(2));
        report.note("a peer: not available here");

        String written = Files.readString(report.write(home));

        assertThat(written)
                .contains("\"name\":\"example\"", "\"commit\":\"unknown\"", " cores, JDK ", ", load ")
                .contains("\"median\":2.5,\"min\":1.0,\"max\":4.0,\"n\":2,\"bar\":\">= 2.0\",\"holds\":true")
                .contains("\"notes\":[\"a peer: not available here\"]");
    }

    private static String table(Report report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        report.printBars(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
