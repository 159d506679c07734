package dev.muster.standalone.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script in a project of its own, on machines that lack something: only what a test puts there is on the
 * PATH. Programs that would take minutes are scripts that say how they were called.
 */
@Timeout(60)
class LauncherIT {
    private static final Path LAUNCHER = Path.of(System.getProperty("muster.home"), "muster");
    private static final List<String> EVERY_MACHINE_HAS = List.of(
            "bash",
            "env",
            "dirname",
            "readlink",
            "sed",
            "find",
            "mkdir",
            "tee",
            "grep",
            "head",
            "tail",
            "touch",
            "cat",
            "mv",
            "rm");

    @TempDir
    Path folder;

    private Path path = Path.of("unset");
    private Path jdks = Path.of("unset");

    private record Said(int exit, String out) {}

    @BeforeEach
    void aMachine() throws IOException {
        path = Files.createDirectories(folder.resolve("bin"));
        jdks = Files.createDirectories(folder.resolve("jdks"));
        Files.createDirectories(folder.resolve("project"));
        Files.copy(LAUNCHER, folder.resolve("project/muster"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        for (String program : EVERY_MACHINE_HAS) {
            script(program, "exec '" + which(program) + "' \"$@\"");
        }
    }

    @Test
    void aJdkThatIsTooOldIsNamedWithTheWayOut() throws Exception {
        jdk("jdk-17", 17);

        Said up = muster("up");

        assertThat(up.exit()).isEqualTo(10);
        assertThat(up.out())
                .contains("no JDK 21 or newer found")
                .contains("found only JDK 17 in " + jdks.resolve("jdk-17"))
                .contains("point JAVA_HOME at it");
    }

    @Test
    void aTooOldJavaHomeIsPassedOverForANewerJdkAnd25IsPreferred() throws Exception {
        jdk("jdk-17", 17);
        jdk("jdk-25", 25);
        jdk("jdk-26", 26);
        script("mvn", "echo \"mvn $* on $JAVA_HOME\"");

        Said test = run(Map.of("JAVA_HOME", jdks.resolve("jdk-17").toString()), "test", "-pl", "protocol");

        assertThat(test.exit()).isZero();
        assertThat(test.out()).contains("mvn verify -pl protocol -T2 on " + jdks.resolve("jdk-25"));
    }

    @Test
    void withoutMavenNothingIsBuilt() throws Exception {
        jdk("jdk-25", 25);

        Said up = muster("up");

        assertThat(up.exit()).isEqualTo(13);
        assertThat(up.out()).contains("Maven (`mvn`, 3.8.7 or newer) is needed");
    }

    @Test
    void withoutNodeItSaysThatThereWillBeNoConsoleAndBuilds() throws Exception {
        jdk("jdk-25", 25);
        script("mvn", "echo \"[INFO] BUILD SUCCESS\"");

        Said up = muster("up");

        assertThat(up.out())
                .contains("no Node.js found: this build has NO web console; everything else works")
                .contains("built");
        assertThat(folder.resolve("project/target/muster.built")).exists();
    }

    @Test
    void aNodeThatIsTooOldIsNamed() throws Exception {
        jdk("jdk-25", 25);
        script("mvn", "echo ok");
        script("npm", "exit 0");
        script("node", "echo v18.20.1");

        assertThat(muster("test").out()).contains("Node.js v18.20.1 is too old for the web console");
    }

    @Test
    void aBuildThatFailsShowsItsErrorsAndIsTriedAgainTheNextTime() throws Exception {
        jdk("jdk-25", 25);
        script("mvn", "echo '[ERROR] protocol: cannot find symbol'; exit 1");

        Said up = muster("up");

        assertThat(up.exit()).isEqualTo(11);
        assertThat(up.out()).contains("the build failed").contains("[ERROR] protocol: cannot find symbol");
        assertThat(folder.resolve("project/target/muster.built")).doesNotExist();
    }

    @Test
    void commandsThatNeedABuildSaySoAndThoseToComeAreKnown() throws Exception {
        jdk("jdk-25", 25);

        assertThat(muster("status").exit()).isEqualTo(11);
        assertThat(muster("status").out()).contains("nothing was built yet. Run `./muster up` first");
        assertThat(muster("simulate").exit()).isEqualTo(12);
        assertThat(muster("simulate").out()).contains("`simulate` is not there yet");
        assertThat(muster("help").exit()).isZero();
    }

    @Test
    void aJdkSaysItsVersionInItsReleaseFileAndIsNotStartedForIt() throws Exception {
        jdk("jdk-17", 17);
        jdk("jdk-25", 25);
        Files.writeString(jdks.resolve("jdk-17/release"), "JAVA_VERSION=\"17.0.9\"\n");
        Files.writeString(jdks.resolve("jdk-25/release"), "JAVA_VERSION=\"25.0.3\"\n");
        for (String name : List.of("jdk-17", "jdk-25")) {
            executable(jdks.resolve(name).resolve("bin/java"), "exit 70");
        }
        script("mvn", "echo \"mvn on $JAVA_HOME\"");

        Said test = muster("test");

        assertThat(test.out()).contains("mvn on " + jdks.resolve("jdk-25"));
    }

    @Test
    void aVerbRunsOnAClassArchiveThatIsMadeOncePerBuildAndThatNothingDependsOn() throws Exception {
        Map<String, String> real = Map.of("JAVA_HOME", System.getProperty("java.home"));
        verbThatShowsItsArchive("");

        Said first = run(real, "devices", "list");
        Path archive = onlyArchive();
        FileTime made = Files.getLastModifiedTime(archive);
        Said second = run(real, "devices", "list");

        assertThat(first).isEqualTo(second);
        assertThat(second.exit()).as(second.out()).isEqualTo(3);
        assertThat(second.out()).isEqualTo("devices list, mapped " + archive + "\n");
        assertThat(Files.getLastModifiedTime(archive)).as("made once").isEqualTo(made);

        Files.writeString(archive, "no archive");

        assertThat(run(real, "devices", "list")).isEqualTo(new Said(3, "devices list, mapped nothing\n"));

        // A build that took place after it.
        Files.setLastModifiedTime(archive, FileTime.fromMillis(0));

        assertThat(run(real, "devices", "list")).isEqualTo(second);
        assertThat(onlyArchive()).isEqualTo(archive);

        // Another program, said to be older than the archive of this one.
        Files.setLastModifiedTime(verbThatShowsItsArchive("other "), FileTime.fromMillis(0));

        assertThat(run(real, "devices", "list").out()).startsWith("other devices list");
    }

    @Test
    void aVerbRunsWithoutAClassArchiveWhereNoneCanBeMade() throws Exception {
        verbThatShowsItsArchive("");
        jdk("jdk-25", 25);
        executable(
                jdks.resolve("jdk-25/bin/java"),
                "case \"$*\" in *ArchiveClassesAtExit*) exit 1 ;; *showSettings*) echo 'java.specification.version = 25' ;;"
                        + " *) echo \"ran: $*\" ;; esac");

        Said verb = muster("devices", "list");

        assertThat(verb.exit()).isZero();
        assertThat(verb.out()).startsWith("ran: ").endsWith("devices list\n").doesNotContain("SharedArchiveFile");
    }

    @Test
    void testsInContainersSayThatThereIsNoEngineAndLeaveNothingBehind() throws Exception {
        Path project = folder.resolve("project");
        Files.createDirectories(project.resolve(".ci"));
        Files.copy(
                LAUNCHER.resolveSibling(".ci/containers"),
                project.resolve(".ci/containers"),
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Path temporary = Files.createDirectories(folder.resolve("temporary"));
        Map<String, String> environment = Map.of("TMPDIR", temporary.toString());
        jdk("jdk-25", 25);
        script("mvn", "echo \"mvn $*\"");

        assertThat(run(environment, "test", "--containers", "--help").out())
                .startsWith("Example: ./muster test --containers\n")
                .contains("14 no container engine answers");
        assertThat(run(environment, "test", "--containers", "SinkIT"))
                .isEqualTo(new Said(2, "muster: expected options of Maven, found `SinkIT`\n"));
        assertThat(run(environment, "test", "--containers"))
                .isEqualTo(new Said(13, "muster: `docker` is needed and is not on the PATH.\n"));

        script("docker", "exit 1");
        for (String program : List.of("tar", "xz", "ldd", "mktemp")) {
            script(program, "exec '" + which(program) + "' \"$@\"");
        }
        script("id", "echo 1000");

        Said test = run(environment, "test", "--containers");

        assertThat(test.exit()).isEqualTo(14);
        assertThat(test.out())
                .isEqualTo("muster: no container engine answers, and only root can start one;"
                        + " the same tests run without one: ./muster test\n");
        assertThat(temporary).isEmptyDirectory();
    }

    /** With the times of files shifted, or with native access allowed, the JVM would not take the archives it has. */
    @Test
    void theTrustClientStartsWithWhatLeavesItsArchivesValidUnderAnotherClock() throws Exception {
        Path lib = Files.createDirectories(folder.resolve("project/cli/target/lib"));
        Files.createFile(lib.resolveSibling("muster-cli.jar"));
        Files.createFile(lib.resolve("trust-1.jar"));
        Files.createFile(lib.resolve("jackson-core-2.jar"));
        jdk("jdk-25", 25);
        executable(
                jdks.resolve("jdk-25/bin/java"),
                "case \"$*\" in *ArchiveClassesAtExit*) exit 1 ;; *showSettings*) echo 'java.specification.version = 25' ;;"
                        + " *) echo \"files as they are: $NO_FAKE_STAT, ran: $*\" ;; esac");

        Said call = muster("trust", "client", "--metadata-dir", "d", "refresh");

        assertThat(call.exit()).isZero();
        assertThat(call.out())
                .startsWith("files as they are: 1, ran: ")
                .endsWith("dev.muster.trust.tool.TrustClient --metadata-dir d refresh\n")
                .doesNotContain("native-access");
    }

    private Path onlyArchive() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("project/cli/target"))) {
            List<Path> archives =
                    files.filter(file -> file.toString().contains(".jsa")).toList();
            assertThat(archives).hasSize(1);
            return archives.getFirst();
        }
    }

    /** A command line that says {@code prefix}, its words and which class archive its JVM has mapped, and ends with 3. */
    private Path verbThatShowsItsArchive(String prefix) throws IOException {
        Path target = Files.createDirectories(folder.resolve("project/cli/target"));
        Files.createDirectories(target.resolve("lib"));
        Path source = Files.writeString(folder.resolve("Verb.java"), """
                import java.nio.file.*;
                public class Verb {
                    public static void main(String[] args) throws Exception {
                        String archive = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                                .filter(line -> line.contains("muster-cli-") && line.endsWith(".jsa"))
                                .map(line -> line.substring(line.indexOf('/')))
                                .findFirst().orElse("nothing");
                        System.out.println("%s" + String.join(" ", args) + ", mapped " + archive);
                        System.exit(3);
                    }
                }
                """.formatted(prefix));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", folder.toString(), source.toString()))
                .isZero();
        Path jar = target.resolve("muster-cli.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Verb");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new ZipEntry("Verb.class"));
            Files.copy(folder.resolve("Verb.class"), out);
            out.closeEntry();
        }
        return jar;
    }

    private Said muster(String... words) throws Exception {
        return run(Map.of(), words);
    }

    private Said run(Map<String, String> environment, String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(folder.resolve("project/muster").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PATH", path.toString(), "HOME", folder.toString(), "MUSTER_JDKS", jdks.toString()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), out);
    }

    /** As far as the launcher looks: which version {@code java} claims to be, and that there is a compiler. */
    private void jdk(String name, int version) throws IOException {
        Path bin = Files.createDirectories(jdks.resolve(name).resolve("bin"));
        executable(bin.resolve("java"), "echo '    java.specification.version = " + version + "'");
        executable(bin.resolve("javac"), "exit 0");
    }

    private void script(String program, String line) throws IOException {
        executable(path.resolve(program), line);
    }

    private static void executable(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path which(String program) {
        for (String part : System.getenv("PATH").split(":", -1)) {
            Path file = Path.of(part, program);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new AssertionError("expected `" + program + "` on the PATH");
    }
}
