package dev.muster.standalone.dist;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Java runtime inside a package: what {@code jlink} makes of the modules that are used. Not compressed: that is
 * smaller once the package itself is, and its pages are the file's (ADR 42).
 *
 * @param jdk whose {@code jlink} runs
 * @param jmods modules of a JDK for another architecture; where empty, those of {@code jdk} itself
 */
public record JavaRuntime(Path jdk, Optional<Path> jmods) {
    // What jdeps says, without java.net.http (of the trust module's command line), which the agent does not load.
    // jdk.httpserver serves a site's cache, jdk.net tells who asks on the local socket.
    private static final String OF_AGENT = "java.base,java.logging,jdk.httpserver,jdk.net";

    private static final Pattern GLIBC = Pattern.compile("GLIBC_([1-9][0-9]*\\.[1-9][0-9]*)\0");
    private static final String OLDEST_GLIBC = "2.17";

    /** With the modules that the agent uses. */
    public void linkInto(Path folder) {
        List<String> options = new ArrayList<>();
        if (jmods.isEmpty()) {
            options.add("--strip-debug");
        }
        link(folder, OF_AGENT, options);
        try {
            // For tools that build; the class list of the whole JDK, which is not ours.
            Files.deleteIfExists(folder.resolve("lib/classlist"));
            Files.deleteIfExists(folder.resolve("lib/jrt-fs.jar"));
        } catch (IOException e) {
            throw new StandaloneException(ExitCode.FAILED, "the runtime cannot be made: " + e.getMessage(), e);
        }
    }

    /** With all modules that a server could ask for: Keycloak and PostgreSQL's driver load what no tool sees. */
    public void linkServerInto(Path folder) throws IOException {
        String modules = modules().stream()
                .filter(name -> name.startsWith("java.") || name.startsWith("jdk."))
                .filter(name ->
                        !name.matches("jdk\\.(compiler|jlink|jpackage|javadoc|jshell|jartool|jdeps|hotspot\\.agent)"))
                .filter(name -> !name.matches("java\\.(se|smartcardio)"))
                .sorted()
                .collect(Collectors.joining(","));
        link(folder, modules, jmods.isEmpty() ? List.of("--strip-debug", "--generate-cds-archive") : List.of());
    }

    private List<String> modules() throws IOException {
        if (jmods.isEmpty()) {
            return Tool.run(jdk, Map.of(), List.of(jdk.resolve("bin/java").toString(), "--list-modules"))
                    .lines()
                    .map(line -> line.replaceFirst("@.*", ""))
                    .toList();
        }
        try (Stream<Path> files = Files.list(jmods.get())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jmod"))
                    .map(name -> name.substring(0, name.length() - ".jmod".length()))
                    .toList();
        }
    }

    private void link(Path folder, String modules, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                jdk.resolve("bin/jlink").toString(), "--add-modules", modules, "--no-header-files", "--no-man-pages"));
        command.addAll(options);
        jmods.ifPresent(others ->
                // The objcopy of this machine may not know that processor's files; Debian's modules carry debug
                // information in files of its own, ten times the rest.
                command.addAll(List.of(
                        "--module-path",
                        others.toString(),
                        "--strip-java-debug-attributes",
                        "--exclude-files=**.debuginfo")));
        command.addAll(List.of("--output", folder.toString()));
        Tool.run(folder.resolveSibling(""), Map.of(), command);
    }

    /** The oldest glibc that a linked runtime runs with, such as 2.17: the newest one that its virtual machine names. */
    static String glibc(Path runtime) throws IOException {
        String machine =
                new String(Files.readAllBytes(runtime.resolve("lib/server/libjvm.so")), StandardCharsets.ISO_8859_1);
        return GLIBC.matcher(machine)
                .results()
                .map(found -> Runtime.Version.parse(found.group(1)))
                .max(Runtime.Version::compareTo)
                .map(Runtime.Version::toString)
                .orElse(OLDEST_GLIBC);
    }
}
