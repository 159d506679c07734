package dev.muster.standalone.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The third-party programs that ship with Muster: PostgreSQL's and Keycloak's archives, the broker's class path.
 *
 * @param root the folder {@code standalone/target/runtime} of a build
 * @param cache where archives are unpacked, once
 */
public record RuntimeFiles(Path root, Path cache) {
    /** Names {@link #root} explicitly, for layouts other than a build tree. */
    public static final String PROPERTY = "muster.standalone.runtime";

    private static final String IN_TREE = "standalone/target/runtime";

    /**
     * Finds the runtime: the system property {@value #PROPERTY}, else beside this class's own code, else in the working
     * folder or one of its parents. Archives are unpacked beside it.
     *
     * @throws StandaloneException if it has not been built
     */
    public static RuntimeFiles locate() {
        List<Path> looked = new ArrayList<>();
        for (Path candidate : candidates()) {
            looked.add(candidate);
            if (Files.isDirectory(candidate.resolve("kafka"))) {
                return new RuntimeFiles(candidate, candidate);
            }
        }
        throw new StandaloneException(
                ExitCode.NOT_BUILT,
                "no packaged servers found; build standalone first (`mvn -Dquick -pl standalone generate-resources`) or set -D"
                        + PROPERTY + "; looked at " + looked);
    }

    /** The same programs, unpacked under {@code folder} instead. */
    public RuntimeFiles withCache(Path folder) {
        return new RuntimeFiles(root, folder);
    }

    /** Class path of the broker's JVM: Kafka's jars, and this module for its main class. */
    public String kafkaClassPath() {
        return root.resolve("kafka") + "/*:" + ownCode();
    }

    /** The only archive whose name starts with {@code prefix}. */
    public Path archive(String prefix) {
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow(() -> new StandaloneException(
                            ExitCode.NOT_BUILT, "no `" + prefix + "*` in `" + root + "`; build standalone first"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The version of {@code program} that this build packages: {@code postgres}, {@code kafka}, {@code keycloak}, {@code muster}. */
    public static String version(String program) {
        Properties versions = new Properties();
        try (InputStream in = RuntimeFiles.class.getResourceAsStream("versions.properties")) {
            if (in == null) {
                throw new IllegalStateException("resource `versions.properties` is missing");
            }
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = versions.getProperty(program);
        if (version == null) {
            throw new IllegalArgumentException("no version of `" + program + "` in `versions.properties`");
        }
        return version;
    }

    /** The {@code java} program that runs this JVM; children run on the same. */
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static List<Path> candidates() {
        List<Path> candidates = new ArrayList<>();
        @Nullable String property = System.getProperty(PROPERTY);
        if (property != null) {
            // INVARIANT (explicit wins): a wrong setting must fail, not fall back to another build.
            return List.of(Path.of(property).toAbsolutePath());
        }
        Path beside = ownCode().toAbsolutePath().getParent();
        if (beside != null) {
            candidates.add(beside.resolve("runtime"));
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            candidates.add(folder.resolve(IN_TREE));
        }
        return candidates;
    }

    private static Path ownCode() {
        CodeSource source = RuntimeFiles.class.getProtectionDomain().getCodeSource();
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("code location is not a path: " + source.getLocation(), e);
        }
    }
}
