package dev.muster.agent.platform.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit file by systemd's own word, and what the service tells through systemd's own program. */
class ServiceIT {
    private static final Path UNIT = Path.of("linux/muster-agent.service");

    /** What `systemd-analyze security` calls `OK` ends at 4.9; ours is to stay well inside. */
    private static final int EXPOSURE_TENTHS = 25;

    @TempDir
    Path folder;

    @Test
    void theUnitFileIsRightAndItsExposureSmall() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")))
                .as("systemd-analyze")
                .isTrue();
        // The check wants the program to be there; only that differs from what is shipped.
        Path unit = folder.resolve("muster-agent.service");
        Files.writeString(
                unit, Files.readString(UNIT).replace("/usr/lib/muster-agent/muster-agent run", "/bin/true run"));

        Answer verified = ask(List.of("systemd-analyze", "verify", "--man=no", unit.toString()), Map.of());
        Answer security = ask(
                List.of(
                        "systemd-analyze",
                        "security",
                        "--offline=true",
                        "--no-pager",
                        "--threshold=" + EXPOSURE_TENTHS,
                        unit.toString()),
                Map.of());

        assertThat(verified.text).doesNotContain("muster-agent.service:");
        assertThat(security.exit).as(security.text).isZero();
    }

    @Test
    void userAndDirectoriesAreMadeAsTheFilesSay() throws Exception {
        for (String program : List.of("systemd-sysusers", "systemd-tmpfiles")) {
            assumeThat(Files.isExecutable(Path.of("/usr/bin", program)))
                    .as(program)
                    .isTrue();
        }
        assumeThat(System.getProperty("user.name"))
                .as("only root gives files away")
                .isEqualTo("root");
        Path root = folder.resolve("root");
        new Tree(root).with("etc/passwd", "root:x:0:0::/root:/bin/sh\n").with("etc/group", "root:x:0:\n");

        Answer user = ask(List.of("systemd-sysusers", "--root=" + root, file("muster-agent.sysusers")), Map.of());
        Answer directories =
                ask(List.of("systemd-tmpfiles", "--create", "--root=" + root, file("muster-agent.tmpfiles")), Map.of());

        assertThat(user.exit).as(user.text).isZero();
        assertThat(directories.exit).as(directories.text).isZero();
        String id = Files.readAllLines(root.resolve("etc/passwd")).stream()
                .filter(line -> line.startsWith("muster-agent:"))
                .map(line -> line.split(":", -1)[2])
                .findFirst()
                .orElseThrow();
        assertThat(Files.getAttribute(root.resolve("etc/muster-agent/time"), "unix:uid"))
                .hasToString(id);
        assertThat(Files.readSymbolicLink(root.resolve("etc/systemd/timesyncd.conf.d/50-muster.conf")))
                .isEqualTo(Path.of("/etc/muster-agent/time/timesyncd.conf"));
    }

    private static String file(String name) {
        return Path.of("linux", name).toAbsolutePath().toString();
    }

    @Test
    void readyAndAliveReachTheServiceManagersSocket() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/systemd-notify")))
                .as("systemd-notify")
                .isTrue();
        assumeThat(Files.isExecutable(Path.of("/usr/bin/python3")))
                .as("python3, for a Unix datagram socket")
                .isTrue();
        Path socket = folder.resolve("notify");
        Process manager = new ProcessBuilder("/usr/bin/python3", "-u", "-c", """
                import array, os, socket, sys
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                s.bind(sys.argv[1])
                print("bound")
                while True:
                    data, control, _, _ = s.recvmsg(4096, 256)
                    print(data.decode().replace("\\n", " "))
                    for _, _, passed in control:
                        for one in array.array("i", passed[:len(passed) // 4 * 4]):
                            os.close(one)
                """, socket.toString())
                .redirectErrorStream(true)
                .start();
        try (var lines = manager.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("bound");
            // The program takes the socket from its environment, as from the unit's.
            Path tool = folder.resolve("system/usr/bin/systemd-notify");
            Files.createDirectories(tool.resolveSibling(""));
            Files.writeString(tool, "#!/bin/sh\nNOTIFY_SOCKET=" + socket + " exec /usr/bin/systemd-notify \"$@\"\n");
            Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
            ServiceNotify service = ServiceNotify.find(
                            Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "300000000"),
                            new Programs(folder.resolve("system")))
                    .orElseThrow();

            service.ready();
            service.alive();

            assertThat(service.heartbeat()).contains(Duration.ofSeconds(150));
            assertThat(next(lines)).startsWith("READY=1");
            assertThat(next(lines)).startsWith("WATCHDOG=1");
        } finally {
            manager.destroyForcibly();
        }
    }

    @Test
    void withoutAServiceManagerNothingIsStarted() {
        assertThat(ServiceNotify.find(Map.of("WATCHDOG_USEC", "300000000"), new Programs(Path.of("/"))))
                .isEmpty();
    }

    private static String next(java.io.BufferedReader lines) throws IOException {
        String line = lines.readLine();
        // How systemd-notify waits until it was heard.
        while (line != null && line.startsWith("BARRIER=1")) {
            line = lines.readLine();
        }
        return String.valueOf(line);
    }

    private record Answer(int exit, String text) {}

    private static Answer ask(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Answer(process.exitValue(), text);
    }
}
