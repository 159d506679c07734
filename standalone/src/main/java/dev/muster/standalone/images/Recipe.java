package dev.muster.standalone.images;

import dev.muster.standalone.dist.PackageTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an image is made of beside the system and Java, and how it is started. */
@SuppressWarnings("ImmutableEnumChecker") // its lists and maps are those of List.of and Map.of
enum Recipe {
    SERVER(
            "server",
            "Muster server",
            "Every role of the server; muster.roles says which run",
            true,
            List.of(
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:MetaspaceSize=128m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-jar",
                    "/opt/muster/server/quarkus-run.jar"),
            List.of(),
            Map.of(),
            List.of("7400/tcp", "7401/tcp", "7402/tcp", "7407/tcp", "7408/tcp"),
            List.of("/var/lib/muster", "/var/lib/muster-streams")),
    AGENT(
            "agent",
            "Muster device agent",
            "The agent of one device; its state directory is the volume",
            false,
            List.of(
                    "@/opt/muster-agent/jvm.options",
                    "-XX:CompilerDirectivesFile=/opt/muster-agent/compiler.json",
                    "-jar",
                    "/opt/muster-agent/device-agent.jar"),
            List.of("run", "--state", "/var/lib/muster-agent/state"),
            Map.of("MALLOC_ARENA_MAX", "2"),
            List.of(),
            List.of("/var/lib/muster-agent")),
    SIMULATOR(
            "simulator",
            "Muster simulator",
            "Many devices with real certificates and protocol in one process",
            true,
            List.of(
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    "/opt/muster/simulator/classes:/opt/muster/simulator/lib/*",
                    "dev.muster.simulator.Main"),
            List.of(),
            Map.of(),
            List.of(),
            List.of("/var/lib/muster-simulator"));

    /** Of whom all images run: nobody's number on a usual machine, and the chart's. */
    static final int USER = 10001;

    private static final String SERVER_BUILT = "control-plane/target/quarkus-app";
    private static final String OURS = "dev.muster.";

    private final String word;
    private final String title;
    private final String description;
    private final boolean wholeJava;
    private final List<String> options;
    private final List<String> command;
    private final Map<String, String> environment;
    private final List<String> ports;
    private final List<String> volumes;

    Recipe(
            String word,
            String title,
            String description,
            boolean wholeJava,
            List<String> options,
            List<String> command,
            Map<String, String> environment,
            List<String> ports,
            List<String> volumes) {
        this.word = word;
        this.title = title;
        this.description = description;
        this.wholeJava = wholeJava;
        this.options = options;
        this.command = command;
        this.environment = environment;
        this.ports = ports;
        this.volumes = volumes;
    }

    String word() {
        return word;
    }

    String title() {
        return title;
    }

    String description() {
        return description;
    }

    /** Whether it has the modules that a server could ask for, or only the agent's. */
    boolean wholeJava() {
        return wholeJava;
    }

    List<String> entrypoint() {
        List<String> entrypoint = new ArrayList<>(List.of("/opt/java/bin/java"));
        entrypoint.addAll(options);
        return entrypoint;
    }

    List<String> command() {
        return command;
    }

    Map<String, String> environment() {
        return environment;
    }

    List<String> ports() {
        return ports;
    }

    /** Folders that are written to, beside {@code /tmp}. */
    List<String> volumes() {
        return volumes;
    }

    static Optional<Recipe> find(String word) {
        return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(one -> "`" + one.word + "`").collect(Collectors.joining(", "));
    }

    /** Libraries of others: they change with a version of theirs, not with our code. */
    LayerFiles libraries(Path home) throws IOException {
        LayerFiles layer = new LayerFiles();
        Path from = libraryFolder(home);
        return layer.tree(libraryPlace(), from, others(home));
    }

    /** All that is ours. */
    LayerFiles application(Path home) throws IOException {
        LayerFiles layer = new LayerFiles();
        layer.tree(libraryPlace(), libraryFolder(home), others(home).negate());
        layer.file("usr/share/doc/muster/LICENSE", home.resolve("LICENSE"));
        switch (this) {
            case SERVER -> {
                Path built = home.resolve(SERVER_BUILT);
                layer.tree("opt/muster/server", built, file -> !file.startsWith("lib"));
            }
            case AGENT -> {
                layer.file("opt/muster-agent/device-agent.jar", home.resolve("device-agent/target/device-agent.jar"));
                layer.file("opt/muster-agent/jvm.options", home.resolve("device-agent/linux/jvm.options"));
                layer.file("opt/muster-agent/compiler.json", home.resolve("device-agent/linux/compiler.json"));
            }
            case SIMULATOR ->
                layer.tree("opt/muster/simulator/classes", home.resolve("simulator/target/classes"), file -> true);
        }
        for (String volume : volumes) {
            layer.folder(volume.substring(1), 0700, USER);
        }
        return layer;
    }

    /** The jars of {@link #libraries}. */
    List<Path> jars(Path home) throws IOException {
        Path folder = libraryFolder(home);
        PackageTree.requireBuilt(Files.isDirectory(folder), folder);
        Predicate<Path> others = others(home);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> others.test(folder.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    private Path libraryFolder(Path home) {
        return switch (this) {
            case SERVER -> home.resolve(SERVER_BUILT).resolve("lib");
            case AGENT -> home.resolve("device-agent/target/lib");
            case SIMULATOR -> home.resolve("simulator/target/lib");
        };
    }

    private String libraryPlace() {
        return switch (this) {
            case SERVER -> "opt/muster/server/lib";
            case AGENT -> "opt/muster-agent/lib";
            case SIMULATOR -> "opt/muster/simulator/lib";
        };
    }

    // Quarkus puts the group before the name, other modules say nothing of it: there it is a name of a folder of the
    // project.
    private static Predicate<Path> others(Path home) {
        return file -> {
            String name = file.getFileName().toString();
            return !name.startsWith(OURS)
                    && !Files.isRegularFile(home.resolve(module(name)).resolve("pom.xml"));
        };
    }

    private static String module(String jar) {
        return jar.replaceFirst("-[0-9].*", "");
    }
}
