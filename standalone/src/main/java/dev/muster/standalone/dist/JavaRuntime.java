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

/**
 * The Java runtime inside a package: what {@code jlink} makes of the modules that the agent uses. Not compressed: that is
 * smaller once the package itself is, and its pages are the file's (ADR 42).
 *
 * @param jdk whose {@code jlink} runs
 * @param jmods modules of a JDK for another architecture; where empty, those of {@code jdk} itself
 */
record JavaRuntime(Path jdk, Optional<Path> jmods) {
    // What jdeps says, without java.net.http (of the trust module's command line), which the agent does not load.
    // jdk.httpserver serves a site's cache, jdk.net tells who asks on the local socket.
    private static final String MODULES = "java.base,java.logging,jdk.httpserver,jdk.net";

    private static final Pattern GLIBC = Pattern.compile("GLIBC_([1-9][0-9]*\\.[1-9][0-9]*)\0");
    private static final String OLDEST_GLIBC = "2.17";

    void linkInto(Path folder) {
        List<String> command = new ArrayList<>(List.of(
                jdk.resolve("bin/jlink").toString(),
                "--add-modules",
                MODULES,
                "--no-header-files",
                "--no-man-pages",
                "--output",
                folder.toString()));
        if (jmods.isPresent()) {
            // The objcopy of this machine may not know that processor's files; Debian's modules carry debug information
            // in files of its own, ten times the rest.
            command.addAll(List.of(
                    "--module-path",
                    jmods.get().toString(),
                    "--strip-java-debug-attributes",
                    "--exclude-files=**.debuginfo"));
        } else {
            command.add("--strip-debug");
        }
        Tool.run(folder.resolveSibling(""), Map.of(), command);
        try {
            // For tools that build; the class list of the whole JDK, which is not ours.
            Files.deleteIfExists(folder.resolve("lib/classlist"));
            Files.deleteIfExists(folder.resolve("lib/jrt-fs.jar"));
        } catch (IOException e) {
            throw new StandaloneException(ExitCode.FAILED, "the runtime cannot be made: " + e.getMessage(), e);
        }
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
