package dev.muster.standalone.images;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;

/**
 * The two lowest layers, which images share: libraries of the system, and Java.
 *
 * @param packages of the system, that the libraries come from
 * @param loose libraries that no package owns, by their path in the image
 * @param release what Java says of itself
 */
record Foundation(
        Layer system,
        Layer java,
        SortedMap<String, DebianPackages.Installed> packages,
        Map<String, Path> loose,
        Properties release) {
    /** They ask for libraries of a desktop, and no server draws or plays anything. */
    private static final List<String> OF_DESKTOPS =
            List.of("awt_xawt", "jawt", "splashscreen", "jsound", "fontmanager", "freetype", "javajpeg", "lcms");

    private static final String PASSWD = """
        root:x:0:0:root:/:/sbin/nologin
        muster:x:%1$d:%1$d:muster:/tmp:/sbin/nologin
        """.formatted(Recipe.USER);

    /**
     * Makes both, in {@code layout}.
     *
     * @param whole the modules that a server could ask for, or only the agent's
     * @param jars whose native libraries the system has to serve as well
     * @param work an empty folder
     */
    static Foundation make(Layout layout, Platform platform, boolean whole, List<Path> jars, Path work, Instant time)
            throws IOException {
        Path runtime = work.resolve("java");
        if (whole) {
            platform.java().linkServerInto(runtime);
        } else {
            platform.java().linkInto(runtime);
        }
        for (String library : OF_DESKTOPS) {
            Files.deleteIfExists(runtime.resolve("lib/lib" + library + ".so"));
        }
        // Debian's modules have a link to a file of the system here.
        Path authorities = runtime.resolve("lib/security/cacerts");
        if (!Files.isRegularFile(authorities)) {
            Files.deleteIfExists(authorities);
            Files.copy(platform.java().jdk().resolve("lib/security/cacerts").toRealPath(), authorities);
        }
        Map<String, Elf> natives = new HashMap<>(NativeFiles.of(runtime));
        if (natives.values().stream().anyMatch(elf -> elf.architecture() != platform.architecture())) {
            throw new StandaloneException(
                    ExitCode.USAGE,
                    "expected modules of a JDK for " + platform.architecture().word()
                            + ", found some for another processor");
        }
        natives.putAll(NativeFiles.in(jars, platform.architecture()));
        SystemLibraries libraries = SystemLibraries.below(natives, platform.architecture(), platform.root());
        SortedMap<String, DebianPackages.Installed> packages =
                DebianPackages.of(platform.root(), libraries.files().keySet());
        LayerFiles system = new LayerFiles()
                .folder("tmp", 01777, 0)
                .folder("proc", 0555, 0)
                .folder("sys", 0555, 0)
                .folder("dev", 0755, 0)
                .text("etc/passwd", PASSWD)
                .text("etc/group", "root:x:0:\nmuster:x:" + Recipe.USER + ":\n")
                .text("etc/nsswitch.conf", "hosts: files dns\n");
        libraries.addTo(system);
        for (DebianPackages.Installed one : packages.values()) {
            system.text("var/lib/dpkg/status.d/" + one.name(), one.stanza());
            String copyright = "usr/share/doc/" + one.name() + "/copyright";
            Path source = platform.root().resolve(copyright);
            if (Files.isRegularFile(source)) {
                system.file(copyright, source.toRealPath());
            }
        }
        Optional<Path> os = DebianPackages.release(platform.root());
        if (os.isPresent()) {
            system.file("etc/os-release", os.get().toRealPath());
        }
        Properties release = new Properties();
        try (var reader = Files.newBufferedReader(runtime.resolve("release"), StandardCharsets.UTF_8)) {
            release.load(reader);
        }
        return new Foundation(
                layout.add(system, "libraries of the system", time),
                layout.add(new LayerFiles().tree("opt/java", runtime, file -> true), "Java", time),
                packages,
                packages.isEmpty() ? libraries.files() : Map.of(),
                release);
    }

    /** What it puts under whatever rests on it. */
    void addTo(Sbom sbom) throws IOException {
        sbom.java(said("JAVA_RUNTIME_VERSION", said("JAVA_VERSION", "unknown")), said("IMPLEMENTOR", "unknown"))
                .packages(packages.values())
                .files(loose);
    }

    private String said(String key, String otherwise) {
        return release.getProperty(key, otherwise).replace("\"", "");
    }
}
