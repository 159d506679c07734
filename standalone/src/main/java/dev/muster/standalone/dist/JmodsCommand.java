package dev.muster.standalone.dist;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster dist jmods}: Debian's JDK has the modules for processors that other builds do not come for. */
@Command(
        name = "jmods",
        headerHeading = "Example: ./muster dist jmods --arch aarch64 --to jmods-aarch64%n%n",
        header = "Fetch the modules of Debian's JDK for another processor, for `dist agent --jmods`.",
        description = {
            "About 300 MB, by apt-get with state of its own: nothing is installed, and signatures are checked with Debian's keys.",
            "From the archive that this machine's apt uses; its release must have the same version of Java as this JDK."
        },
        mixinStandardHelpOptions = true)
final class JmodsCommand implements Callable<Integer> {
    private static final Path KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    private static final String SYSTEM = "system";

    /** What the loader asks for below a Java runtime and the native libraries in our jars. */
    private static final List<String> BELOW_JAVA = List.of("libc6", "libgcc-s1", "libstdc++6", "zlib1g", "base-files");

    private final PrintStream out = System.out;

    @Option(names = "--arch", paramLabel = "NAME", required = true, description = "x86_64, aarch64 or riscv64.")
    private String arch = "";

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "A new folder for the modules.")
    private Path to = Path.of("jmods");

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description =
                    "A new folder for that processor's C library and what else lies below Java, for `images build`.")
    private @Nullable Path root;

    @Option(
            names = "--suite",
            paramLabel = "NAME",
            defaultValue = "trixie",
            description = "Release of Debian (trixie).")
    private String suite = "trixie";

    @Option(
            names = "--archive",
            paramLabel = "URL",
            description = "Debian's archive; that of this machine's apt if not given.")
    private @Nullable String archive;

    @Override
    public Integer call() throws IOException {
        Architecture architecture = Architecture.find(arch)
                .orElseThrow(() -> new StandaloneException(
                        ExitCode.USAGE,
                        "expected one of " + Architecture.words() + " at --arch, found `" + arch + "`"));
        if (!suite.matches("[a-z]+")) {
            throw new StandaloneException(ExitCode.USAGE, "expected a name at --suite, found `" + suite + "`");
        }
        Path folder = fresh(to);
        Optional<Path> system = Optional.ofNullable(root).map(JmodsCommand::fresh);
        if (!Files.isRegularFile(KEYS)) {
            throw new StandaloneException(
                    ExitCode.NOT_BUILT, "expected Debian's keys in `" + KEYS + "` (package debian-archive-keyring)");
        }
        Files.createDirectories(folder.resolveSibling(""));
        Path work = Files.createTempDirectory(folder.resolveSibling(""), "jmods");
        try {
            // apt gives up its rights before it downloads, and another user writes here.
            work.toFile().setExecutable(true, false);
            fetch(architecture, work);
            Path jmods = work.resolve(
                    "unpacked/usr/lib/jvm/java-" + version() + "-openjdk-" + architecture.debian() + "/jmods");
            if (!Files.isDirectory(jmods)) {
                throw new StandaloneException(
                        ExitCode.FAILED, "expected modules at `" + jmods + "` of Debian's package, found none");
            }
            Files.move(jmods, folder);
            if (system.isPresent()) {
                Files.createDirectories(system.get().resolveSibling(""));
                Files.move(work.resolve(SYSTEM), system.get());
            }
        } finally {
            PackageTree.delete(work);
        }
        out.println(folder);
        system.ifPresent(out::println);
        return ExitCode.OK.number();
    }

    private static Path fresh(Path named) {
        Path folder = named.toAbsolutePath().normalize();
        if (Files.exists(folder)) {
            throw new StandaloneException(ExitCode.USAGE, "`" + folder + "` is there already; name a new folder");
        }
        return folder;
    }

    private void fetch(Architecture architecture, Path work) throws IOException {
        for (String directory : List.of("state/lists/partial", "cache/archives/partial", "unpacked", SYSTEM)) {
            Files.createDirectories(work.resolve(directory));
        }
        Files.createFile(work.resolve("state/status"));
        Path sources = Files.writeString(
                work.resolve("sources.list"),
                "deb [arch=" + architecture.debian() + " signed-by=" + KEYS + "] " + site(work) + " " + suite
                        + " main\n");
        List<String> apt = List.of(
                "apt-get",
                "-q",
                "-o",
                "Dir::Etc::sourcelist=" + sources,
                "-o",
                "Dir::Etc::sourceparts=-",
                "-o",
                "Dir::State=" + work.resolve("state"),
                "-o",
                "Dir::State::status=" + work.resolve("state/status"),
                "-o",
                "Dir::Cache=" + work.resolve("cache"),
                "-o",
                "APT::Architectures::=" + architecture.debian());
        out.println("reading what " + suite + " has for " + architecture.debian());
        Tool.run(work, Map.of(), and(apt, "update"));
        unpack(work, apt, "openjdk-" + version() + "-jdk-headless:" + architecture.debian(), "unpacked");
        if (root != null) {
            for (String name : BELOW_JAVA) {
                unpack(work, apt, name + ":" + architecture.debian(), SYSTEM);
            }
        }
    }

    private void unpack(Path work, List<String> apt, String wanted, String to) throws IOException {
        out.println("fetching " + wanted);
        Path packages = work.resolve("packages");
        PackageTree.delete(packages);
        Files.createDirectories(packages);
        Tool.run(packages, Map.of(), and(apt, "download", wanted));
        try (Stream<Path> files = Files.list(packages)) {
            Path deb = files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(() -> new StandaloneException(ExitCode.FAILED, "apt-get fetched no package"));
            Tool.run(work, Map.of(), List.of("dpkg-deb", "-x", deb.toString(), to));
        }
    }

    private static List<String> and(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }

    /** The archive that apt uses here: mirrors inside a company stay the ones that are used. */
    private String site(Path work) {
        if (archive != null) {
            return archive;
        }
        return Tool.run(
                        work,
                        Map.of(),
                        List.of(
                                "apt-get",
                                "indextargets",
                                "--format",
                                "$(SITE)",
                                "Origin: Debian",
                                "Identifier: Packages"))
                .lines()
                .filter(line -> line.contains("://") && !line.contains("security"))
                .findFirst()
                .orElseThrow(() -> new StandaloneException(
                        ExitCode.USAGE, "apt of this machine names no archive of Debian; give one with --archive"));
    }

    /** Of the JDK that links: jlink takes modules of its own version only. */
    private static int version() {
        return Runtime.version().feature();
    }
}
