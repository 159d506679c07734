package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The list of what is shipped names every library that is shipped, by its hash. */
@ResourceLock(SbomST.LIST)
class SbomST {
    /** The folder that the list is made in: one at a time. */
    static final String LIST = "target/sbom";

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Path HOME = Product.home();
    private static final List<Path> SHIPPED = List.of(
            HOME.resolve("control-plane/target/quarkus-app/lib"),
            HOME.resolve("device-agent/target/lib"),
            HOME.resolve("standalone/target/lib"),
            HOME.resolve("simulator/target/lib"),
            HOME.resolve("cli/target/lib"));

    @TempDir
    Path folder;

    @Test
    void namesEveryLibraryThatIsShippedByItsHash() throws Exception {
        Command.run(Map.of(), LIMIT, List.of(HOME.resolve("muster").toString(), "sbom", "--to", folder.toString()))
                .mustSucceed();

        Map<String, Object> bom = JSON.std.mapFrom(Files.readString(folder.resolve("muster.json")));
        assertThat(bom).containsEntry("bomFormat", "CycloneDX").containsEntry("specVersion", "1.6");
        Set<String> listed = hashes(bom);
        Set<String> files = serverFiles(bom);
        Set<String> missing = new TreeSet<>();
        int shipped = 0;
        for (Path library : libraries()) {
            shipped++;
            String file = library.getFileName().toString();
            // Quarkus puts some together anew, without classes that nobody needs: their hashes are nobody's.
            if (!listed.contains(sha256(library)) && !files.contains(file)) {
                missing.add(file);
            }
        }
        assertThat(shipped).isGreaterThan(200);
        assertThat(missing).isEmpty();
        assertThat(names(bom)).doesNotContain("junit-jupiter", "jmh-core", "benchmarks", "system-tests");

        Map<String, Object> console = JSON.std.mapFrom(Files.readString(folder.resolve("console.json")));
        assertThat(names(console)).contains("react", "@patternfly/react-core").doesNotContain("vite");
    }

    @Test
    void saysWhatItExpects() {
        Command wrong =
                Command.run(Map.of(), LIMIT, List.of(HOME.resolve("muster").toString(), "sbom", "--format", "xml"));

        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.out()).contains("expected `--to DIR` or nothing, found `--format xml`");
    }

    /** Without our own modules, whose files are made by the build, and what the build itself generates. */
    private static List<Path> libraries() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : SHIPPED) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".jar"))
                        .filter(file -> !isOurs(file.getFileName().toString()))
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static boolean isOurs(String name) {
        return name.startsWith("dev.muster.") || name.contains("-0.1.0-SNAPSHOT");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> components(Map<String, Object> bom) {
        return (List<Map<String, Object>>) bom.getOrDefault("components", List.of());
    }

    private static Set<String> names(Map<String, Object> bom) {
        return components(bom).stream()
                .map(component -> String.valueOf(component.get("name")))
                .collect(Collectors.toSet());
    }

    /** What components are called in a server's folder. */
    private static Set<String> serverFiles(Map<String, Object> bom) {
        return components(bom).stream()
                .map(one -> one.get("group") + "." + one.get("name") + "-" + one.get("version") + ".jar")
                .collect(Collectors.toSet());
    }

    @SuppressWarnings("unchecked")
    private static Set<String> hashes(Map<String, Object> bom) {
        return components(bom).stream()
                .flatMap(
                        component -> ((List<Map<String, Object>>) component.getOrDefault("hashes", List.of())).stream())
                .filter(hash -> "SHA-256".equals(hash.get("alg")))
                .map(hash -> String.valueOf(hash.get("content")))
                .collect(Collectors.toSet());
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
