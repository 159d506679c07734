package dev.muster.standalone.images;

import dev.muster.standalone.dist.Architecture;
import dev.muster.standalone.dist.JavaRuntime;
import dev.muster.standalone.dist.PackageTree;
import dev.muster.standalone.dist.SourceDate;
import dev.muster.standalone.dist.Tool;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster images build}. */
@Command(
        name = "build",
        headerHeading = "Example: ./muster images build --to dist/images%n%n",
        header = "Makes images of server, agent and simulator in one folder: an OCI image layout.",
        description = {
            "No daemon and no base image: below Java there are the C library and what else it needs, from this machine.",
            "For this machine's processor, and for arm64 where its JDK's modules and libraries are given.",
            "Equal jars, JDK and libraries give equal digests; SOURCE_DATE_EPOCH sets the time of every file.",
            "Beside each image lies the list of its components (NAME-PLATFORM.cdx.json), which is in the image as well."
        },
        mixinStandardHelpOptions = true)
final class BuildCommand implements Callable<Integer> {
    private static final String LABEL = "org.opencontainers.image.";

    private final PrintStream out = System.out;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            defaultValue = "dist/images",
            description = "Where the layout goes (./dist/images); an older one there is replaced.")
    private Path to = Path.of("dist/images");

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "server, agent or simulator, several by commas; all if not given.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--jmods-arm64",
            paramLabel = "DIR",
            description = "Modules of a JDK for arm64, as `./muster dist jmods --arch aarch64` fetches them.")
    private @Nullable Path jmods;

    @Option(
            names = "--root-arm64",
            paramLabel = "DIR",
            description =
                    "A system for arm64 whose libraries are taken, with --jmods-arm64; `dist jmods --root` makes one.")
    private @Nullable Path otherRoot;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            description = "The system whose libraries are taken for this machine's processor (/).")
    private Path root = Path.of("/");

    @Option(
            names = "--source",
            paramLabel = "URL",
            description = "Where the sources are, for the label of that name; none if not given.")
    private @Nullable String source;

    @Override
    public Integer call() throws IOException {
        List<Recipe> recipes = recipes();
        Path home =
                Path.of(System.getProperty("muster.home", "")).toAbsolutePath().normalize();
        List<Platform> platforms = platforms();
        Path place = to.toAbsolutePath().normalize();
        if (Files.exists(place) && !Layout.isOne(place) && !isEmpty(place)) {
            throw usage("expected a new folder, an empty one or older images at --to, found something else in `" + place
                    + "`");
        }
        Files.createDirectories(place.resolveSibling(""));
        // Whole or not at all: what is pushed meanwhile, or after a failure, is the older one.
        Path made = place.resolveSibling("." + place.getFileName() + ".new");
        Path work = home.resolve("target/images-java");
        try {
            Layout layout = Layout.create(made);
            List<Descriptor> images = new ImageBuilder(
                            home, work, layout, platforms, labels(home), SourceDate.of(System.getenv()))
                    .build(recipes);
            String words = platforms.stream()
                    .map(one -> "linux/" + one.architecture().debian())
                    .collect(Collectors.joining(", "));
            for (Descriptor image : images) {
                out.printf(
                        Locale.ROOT,
                        "%s  %s  %.1f MB  %s%n",
                        image.annotations().get(Layout.REF_NAME),
                        image.digest(),
                        ImageBuilder.bytes(layout, image) / 1e6,
                        words);
            }
            PackageTree.delete(place);
            Files.move(made, place);
        } finally {
            PackageTree.delete(made);
            PackageTree.delete(work);
        }
        out.println("in " + place);
        if (platforms.size() == 1) {
            out.println("for one platform only: a JDK brings the modules of its own processor;"
                    + " --jmods-arm64 and --root-arm64 make images for two");
        }
        return ExitCode.OK.number();
    }

    private List<Recipe> recipes() {
        if (only.isEmpty()) {
            return ImageBuilder.all();
        }
        return only.stream()
                .distinct()
                .map(word -> Recipe.find(word)
                        .orElseThrow(
                                () -> usage("expected one of " + Recipe.words() + " at --only, found `" + word + "`")))
                .sorted()
                .toList();
    }

    private List<Platform> platforms() {
        Path jdk = Path.of(System.getProperty("java.home"));
        Architecture own = Architecture.ofThisMachine()
                .orElseThrow(() -> usage("expected a machine of one of " + Architecture.words()));
        List<Platform> platforms = new ArrayList<>();
        platforms.add(new Platform(own, new JavaRuntime(jdk, Optional.empty()), root.toAbsolutePath()));
        Path modules = jmods;
        Path system = otherRoot;
        if ((modules == null) != (system == null)) {
            throw usage("expected --jmods-arm64 and --root-arm64 together, found one of them");
        }
        if (modules != null && system != null) {
            if (own == Architecture.AARCH64) {
                throw usage("expected no --jmods-arm64, because this machine is arm64 itself");
            }
            for (Path folder : List.of(modules, system)) {
                if (!Files.isDirectory(folder)) {
                    throw usage("expected a folder for arm64, found none at `" + folder + "`");
                }
            }
            platforms.add(new Platform(
                    Architecture.AARCH64,
                    new JavaRuntime(jdk, Optional.of(modules.toAbsolutePath())),
                    system.toAbsolutePath()));
        }
        return platforms;
    }

    private Map<String, String> labels(Path home) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(LABEL + "version", RuntimeFiles.version("muster"));
        labels.put(LABEL + "licenses", "Apache-2.0");
        revision(home).ifPresent(revision -> labels.put(LABEL + "revision", revision));
        if (source != null) {
            labels.put(LABEL + "source", source);
        }
        return labels;
    }

    /** Of Git, where the sources are kept by it; it says so where files differ from it. */
    private static Optional<String> revision(Path home) {
        if (!Files.exists(home.resolve(".git"))) {
            return Optional.empty();
        }
        try {
            String commit = Tool.run(home, Map.of(), List.of("git", "rev-parse", "HEAD"))
                    .strip();
            boolean changed = !Tool.run(home, Map.of(), List.of("git", "status", "--porcelain", "--untracked-files=no"))
                    .isBlank();
            return Optional.of(commit + (changed ? "-dirty" : ""));
        } catch (StandaloneException e) {
            return Optional.empty(); // without Git, or not its owner's
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isEmpty();
        }
    }

    private static StandaloneException usage(String message) {
        return new StandaloneException(ExitCode.USAGE, message);
    }
}
