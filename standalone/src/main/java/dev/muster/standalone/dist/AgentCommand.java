package dev.muster.standalone.dist;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster dist agent}. */
@Command(
        name = "agent",
        headerHeading = "Example: ./muster dist agent --to dist%n%n",
        header = "The device agent with its own Java runtime, as tar.zst and .deb.",
        description = {
            "For this machine's architecture, or for another one with the modules (jmods) of a JDK of the same version for it.",
            "Equal jars, an equal JDK and the same folder of the project give equal bytes; SOURCE_DATE_EPOCH sets the time of every file."
        },
        mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {
    private final PrintStream out = System.out;

    @Option(names = "--to", paramLabel = "DIR", defaultValue = "dist", description = "Where packages go (./dist).")
    private Path to = Path.of("dist");

    @Option(
            names = "--arch",
            paramLabel = "NAME",
            description = "x86_64, aarch64 or riscv64; this machine's if not given.")
    private @Nullable String arch;

    @Option(names = "--jmods", paramLabel = "DIR", description = "Modules of a JDK for that architecture.")
    private @Nullable Path jmods;

    @Option(
            names = "--layout",
            paramLabel = "NAME",
            defaultValue = "linux",
            description =
                    "linux; or openharmony: a folder for an image, without a package, that waits for a runtime unless"
                            + " --jmods has one linked against musl.")
    private String layout = "linux";

    @Option(
            names = "--level",
            paramLabel = "N",
            defaultValue = "19",
            description = "How hard zstd tries, 1 to 19 (19): a larger number takes longer.")
    private int level = 19;

    @Override
    public Integer call() throws IOException {
        Optional<Architecture> own = Architecture.ofThisMachine();
        Architecture architecture = arch == null
                ? own.orElseThrow(
                        () -> usage("expected --arch, because this machine's is not one of " + Architecture.words()))
                : Architecture.find(arch)
                        .orElseThrow(() ->
                                usage("expected one of " + Architecture.words() + " at --arch, found `" + arch + "`"));
        boolean linux =
                switch (layout) {
                    case "linux" -> true;
                    case "openharmony" -> false;
                    default -> throw usage("expected `linux` or `openharmony` at --layout, found `" + layout + "`");
                };
        boolean runsHere = linux && jmods == null && own.equals(Optional.of(architecture));
        if (linux && jmods == null && !runsHere) {
            throw usage("expected --jmods with the modules of a JDK for " + architecture.word()
                    + ", because a JDK brings only those of its own architecture");
        }
        PackageTree.checkLevel(level);
        Path home =
                Path.of(System.getProperty("muster.home", "")).toAbsolutePath().normalize();
        Path folder = Files.createDirectories(to.toAbsolutePath().normalize());
        AgentPackage agent = new AgentPackage(
                home,
                work(home),
                architecture,
                version(home.resolve("device-agent/target/device-agent.jar")),
                runsHere || jmods != null
                        ? Optional.of(new JavaRuntime(
                                Path.of(System.getProperty("java.home")),
                                Optional.ofNullable(jmods).map(Path::toAbsolutePath)))
                        : Optional.empty(),
                runsHere,
                SourceDate.of(System.getenv()));
        try {
            Path tree = agent.tree(layout);
            if (linux) {
                tell(agent.tarZst(tree, folder, level));
                tell(agent.deb(tree, folder));
                out.printf(Locale.ROOT, "installed: %.1f MB%n", PackageTree.size(tree) / 1e6);
            } else {
                Path place = folder.resolve(tree.getFileName());
                PackageTree.delete(place);
                Tool.run(folder, Map.of(), java.util.List.of("cp", "-a", tree.toString(), place.toString()));
                out.println(place + (jmods == null ? ": put a Java runtime linked against musl into `runtime`" : ""));
            }
        } finally {
            PackageTree.delete(agent.work());
        }
        return ExitCode.OK.number();
    }

    // Always the same one: the class archive holds the place where it was made.
    private static Path work(Path home) {
        return home.resolve("target/dist-agent");
    }

    private void tell(Path file) throws IOException {
        out.printf(Locale.ROOT, "%s  %.1f MB%n", file, Files.size(file) / 1e6);
    }

    private static String version(Path jar) throws IOException {
        if (!Files.isRegularFile(jar)) {
            throw new StandaloneException(
                    ExitCode.NOT_BUILT, "expected `" + jar + "`, found nothing; run `./muster up` once to build it");
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            return Optional.ofNullable(file.getManifest())
                    .map(manifest -> manifest.getMainAttributes().getValue("Implementation-Version"))
                    .filter(version -> version.matches("[0-9][A-Za-z0-9.+-]*"))
                    .orElseThrow(() -> new StandaloneException(
                            ExitCode.NOT_BUILT, "`" + jar + "` does not say its version; build it with Maven"));
        }
    }

    private static StandaloneException usage(String message) {
        return new StandaloneException(ExitCode.USAGE, message);
    }
}
