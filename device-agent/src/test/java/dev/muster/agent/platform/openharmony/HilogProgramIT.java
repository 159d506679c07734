package dev.muster.agent.platform.openharmony;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that hands the agent's lines to hilog, built from its source here, with another call in hilog's place. */
class HilogProgramIT {
    @TempDir
    Path folder;

    @Test
    void everyLineIsOneRecordAndALongOneIsSeveral() throws Exception {
        assumeTrue(onPath("cc"), "no C compiler on this machine");
        Path built = folder.resolve("muster_hilog");
        List<String> compile = List.of(
                "cc",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-fsanitize=undefined",
                "-Isrc/test/c/hilog",
                "openharmony/hilog/muster_hilog.c",
                "-o",
                built.toString());
        assertThat(new ProcessBuilder(compile).inheritIO().start().waitFor()).isZero();
        Path records = folder.resolve("records");
        Process program = new ProcessBuilder(built.toString())
                .redirectOutput(records.toFile())
                .start();

        try (OutputStream lines = program.getOutputStream()) {
            lines.write(("connected 100 %s\n\n" + "x".repeat(1000) + "\n").getBytes(UTF_8));
        }

        assertThat(program.waitFor()).isZero();
        assertThat(Files.readString(records))
                .isEqualTo("0 4 4d55 MusterAgent %{public}s connected 100 %s\n" + "0 4 4d55 MusterAgent %{public}s "
                        + "x".repeat(900) + "\n" + "0 4 4d55 MusterAgent %{public}s " + "x".repeat(100) + "\n");
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }
}
