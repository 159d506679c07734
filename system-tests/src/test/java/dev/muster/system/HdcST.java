package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A device attached through hdc comes into a real fleet. The program hdc is a stand-in that prints what hdc prints (the same as
 * in the command line's own tests); behind it runs the packaged agent.
 */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class HdcST {
    private static final String KEY = "7001005458323933328a01bce9d42f00";
    private static final String SERIAL = "HDC-BENCH-1";

    private final Product product;
    private Path folder;
    private Path hdc;

    HdcST(SharedProduct.Running running) {
        this.product = running.product();
    }

    @BeforeEach
    void attach() throws IOException {
        // Not JUnit's directory: a socket's path must be short.
        folder = Files.createTempDirectory("muster");
        Path device = Files.createDirectories(folder.resolve("d/" + KEY));
        Files.writeString(device.resolve("state"), "Connected");
        Files.writeString(device.resolve("udid"), "C0FFEE00".repeat(8) + "\n");
        Files.writeString(device.resolve("params"), "ohos.boot.sn=" + SERIAL + "\n");
        Path home = Files.createDirectories(device.resolve("root/data/local/muster"));
        Path simulated = Files.createDirectories(home.resolve("state/device"));
        Files.writeString(simulated.resolve("serial"), SERIAL);
        Files.setPosixFilePermissions(simulated, PosixFilePermissions.fromString("rwx------"));
        script(home.resolve("muster-agent"), "exec '" + Product.home().resolve("muster-agent") + "' \"$@\"");
        hdc = script(
                folder.resolve("hdc"),
                "HDC_DEVICES='" + folder.resolve("d") + "' exec '"
                        + Product.home().resolve("cli/src/test/resources/hdc/hdc") + "' \"$@\"");
    }

    @AfterEach
    void detach() throws IOException {
        ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(words -> Stream.of(words).anyMatch(word -> word.startsWith(folder.toString())))
                        .orElse(false))
                .forEach(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }

    @Test
    void isEnrolledUnderItsOwnNameAndConnects() {
        Command ran = product.musterWithin(
                Duration.ofMinutes(3),
                "hdc",
                "enrol",
                "--hdc",
                hdc.toString(),
                "--platform",
                "simulated",
                "--tag",
                "bench");
        try {
            assertThat(ran.mustSucceed())
                    .contains(KEY + ": awaited as hdc-bench-1, UDID C0FFEE00", KEY + ": connected as hdc-bench-1");
            var device = product.json("devices", "show", "hdc-bench-1");
            assertThat(device)
                    .containsEntry("online", true)
                    .containsEntry("serial", SERIAL)
                    .containsEntry("status", "active");
            assertThat(folder.resolve("d/" + KEY + "/root/data/local/muster/state/invitation"))
                    .doesNotExist();
            Command again = product.muster("hdc", "enrol", "--hdc", hdc.toString(), "--platform", "simulated");
            assertThat(again.exit()).as("one that came is not awaited again").isNotZero();
        } finally {
            product.muster("devices", "retire", "hdc-bench-1", "--yes");
        }
    }

    private static Path script(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }
}
