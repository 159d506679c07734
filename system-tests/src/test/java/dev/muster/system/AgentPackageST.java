package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What {@code ./muster dist agent} makes, as somebody meets it who has neither a JDK nor our sources. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class AgentPackageST {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration CONNECTS = Duration.ofSeconds(60);
    private static final long MAX_PACKAGE_BYTES = 25_000_000;
    private static final long MAX_INSTALLED_BYTES = 90_000_000;

    @TempDir
    static Path folder;

    private static Path tarZst;
    private static Path deb;

    @BeforeAll
    static void make() throws IOException {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/dpkg-deb")) && Files.isExecutable(Path.of("/usr/bin/zstd")))
                .as("dpkg-deb and zstd are installed")
                .isTrue();
        run(Product.home().resolve("muster").toString(), "dist", "agent", "--to", folder.toString())
                .mustSucceed();
        tarZst = only(".tar.zst");
        deb = only(".deb");
    }

    private static Command run(String... words) {
        return Command.run(Map.of("MUSTER_NO_BUILD", "1"), LIMIT, List.of(words));
    }

    private static Path only(String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(ending)).toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    private static Path unpacked(Path place) throws IOException {
        Files.createDirectories(place);
        run("tar", "--zstd", "-xf", tarZst.toString(), "-C", place.toString()).mustSucceed();
        try (Stream<Path> inside = Files.list(place)) {
            return inside.findFirst().orElseThrow();
        }
    }

    @Test
    void isSmallEnough() throws IOException {
        Path tree = unpacked(folder.resolve("size"));

        assertThat(Files.size(tarZst)).isLessThanOrEqualTo(MAX_PACKAGE_BYTES);
        try (Stream<Path> files = Files.walk(tree)) {
            assertThat(files.filter(Files::isRegularFile)
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .isLessThanOrEqualTo(MAX_INSTALLED_BYTES);
        }
    }

    @Test
    void runsFromWhereverItIsUnpackedAndListensOnNoPort(SharedProduct.Running shared) throws Exception {
        Path tree = unpacked(folder.resolve("some where"));
        String agent = tree.resolve("muster-agent").toString();
        String state = folder.resolve("state").toString();
        assertThat(run(agent, "--version").mustSucceed())
                .startsWith("muster-agent ")
                .contains(", Java ");
        List<String> enrol = new ArrayList<>(List.of(agent, "enrol", "--name", "packaged-1", "--state", state));
        enrol.addAll(shared.product().enrolFlags(1));
        Command.run(Map.of(), LIMIT, enrol).mustSucceed();

        Process running = new ProcessBuilder(agent, "run", "--state", state)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.out").toFile())
                .start();
        try {
            await().atMost(CONNECTS).untilAsserted(() -> {
                Command status = run(agent, "status", "--state", state);
                assertThat(status.exit()).isZero();
                assertThat(JSON.std.mapFrom(status.out())).containsEntry("connected", true);
            });

            Path proc = Path.of("/proc", Long.toString(running.pid()));
            assertThat(Files.readString(proc.resolve("maps")))
                    .contains("/agent.jsa")
                    .contains("/runtime/lib/");
            assertThat(listening(proc)).isEmpty();
        } finally {
            running.destroy();
            running.waitFor();
            shared.product().muster("devices", "retire", "packaged-1", "--yes").mustSucceed();
        }
    }

    /** Inodes of the process' own TCP sockets that listen (proc_pid_net(5): state 0A). */
    private static Set<String> listening(Path proc) throws IOException {
        Set<String> open;
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
            open = descriptors.map(AgentPackageST::target).collect(Collectors.toSet());
        }
        assertThat(open).anyMatch(target -> target.startsWith("socket:"));
        List<String> rows = new ArrayList<>(Files.readAllLines(proc.resolve("net/tcp")));
        rows.addAll(Files.readAllLines(proc.resolve("net/tcp6")));
        return rows.stream()
                .map(row -> row.trim().split(" +", -1))
                .filter(fields -> fields.length > 9 && fields[3].equals("0A"))
                .map(fields -> "socket:[" + fields[9] + "]")
                .filter(open::contains)
                .collect(Collectors.toSet());
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    @Test
    void filesOfTheDebianPackageBelongToRootAndNobodyElseMayWriteThem() {
        String listed = run("dpkg-deb", "--contents", deb.toString()).mustSucceed();

        assertThat(listed.lines()).isNotEmpty().allSatisfy(line -> assertThat(line)
                .matches("[-dl]r.xr.xr.x root/root .*|-rw-r--r-- root/root .*"));
        assertThat(listed)
                .contains("./usr/bin/muster-agent")
                .contains("./lib/systemd/system/muster-agent.service")
                .contains("./usr/share/doc/muster-agent/copyright");
    }

    @Test
    void theDebianPackageBringsUserPlacesAndRightsOfTheAgent() throws IOException {
        Path root = folder.resolve("contents");

        run("dpkg-deb", "--extract", deb.toString(), root.toString()).mustSucceed();

        assertThat(root.resolve("usr/lib/sysusers.d/muster-agent.conf"))
                .content()
                .contains("u muster-agent ");
        assertThat(root.resolve("usr/lib/tmpfiles.d/muster-agent.conf"))
                .content()
                .contains("d /etc/muster-agent/time ");
        assertThat(root.resolve("usr/share/polkit-1/rules.d/50-muster-agent.rules"))
                .content()
                .contains("subject.user !== \"muster-agent\"");
        // Once, at the place where their readers look.
        try (Stream<Path> library = Files.list(root.resolve("usr/lib/muster-agent"))) {
            assertThat(library.map(file -> file.getFileName().toString()))
                    .doesNotContain("muster-agent.sysusers", "muster-agent.tmpfiles", "muster-agent.rules");
        }
    }

    @Test
    void anUpgradeKeepsStateAndSettingsAndOnlyPurgingRemovesThem() throws IOException {
        assumeThat(System.getProperty("user.name")).as("dpkg installs as root").isEqualTo("root");
        Path root = emptySystem(folder.resolve("root"));
        dpkg(root, "--install", deb.toString()).mustSucceed();
        Path state = root.resolve("var/lib/muster-agent");
        Path settings = root.resolve("etc/default/muster-agent");
        assertThat(Files.getPosixFilePermissions(state))
                .containsExactlyInAnyOrder(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.OWNER_EXECUTE);
        assertThat(Files.getAttribute(state, "unix:uid")).isNotEqualTo(0);
        Files.writeString(state.resolve("kept"), "identity");
        Files.writeString(settings, "MUSTER_AGENT_JVM=-Dsite=north\n");
        Path place = Files.createDirectories(root.resolve("etc/muster-agent/health.d")); // as tmpfiles.d makes it

        dpkg(root, "--force-confold", "--install", deb.toString()).mustSucceed();

        assertThat(state.resolve("kept")).hasContent("identity");
        assertThat(settings).hasContent("MUSTER_AGENT_JVM=-Dsite=north\n");

        dpkg(root, "--remove", "muster-agent").mustSucceed();
        assertThat(root.resolve("usr/lib/muster-agent")).doesNotExist();
        assertThat(state.resolve("kept")).hasContent("identity");

        dpkg(root, "--purge", "muster-agent").mustSucceed();
        assertThat(state).doesNotExist();
        assertThat(settings).doesNotExist();
        assertThat(place).doesNotExist();
        assertThat(Files.readString(root.resolve("etc/passwd"))).doesNotContain("muster-agent");
    }

    private static Path emptySystem(Path root) throws IOException {
        for (String directory : List.of("etc", "var/lib/dpkg/updates", "var/lib/dpkg/info")) {
            Files.createDirectories(root.resolve(directory));
        }
        for (String file : List.of(
                "etc/passwd",
                "etc/group",
                "etc/shadow",
                "etc/gshadow",
                "var/lib/dpkg/status",
                "var/lib/dpkg/available")) {
            Files.createFile(root.resolve(file));
        }
        return root;
    }

    private static Command dpkg(Path root, String... words) {
        List<String> command = new ArrayList<>(
                List.of("dpkg", "--root=" + root, "--force-script-chrootless", "--force-depends", "--force-not-root"));
        command.addAll(List.of(words));
        return Command.run(Map.of("DEBIAN_FRONTEND", "noninteractive"), LIMIT, command);
    }
}
