package dev.muster.standalone.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The agent with its own runtime, as one folder that runs wherever it is unpacked, then as {@code tar.zst} and {@code .deb}.
 * The same jars, runtime, time and folder to work in give the same bytes.
 *
 * @param home root of the project, where the agent was built
 * @param work where trees are made; emptied first
 * @param runtime the Java to put in; without one the folder waits for it
 * @param archive whether the class archive can be made here: only where the runtime runs here
 * @param time of every file
 */
record AgentPackage(
        Path home,
        Path work,
        Architecture architecture,
        String version,
        Optional<JavaRuntime> runtime,
        boolean archive,
        Instant time) {
    private static final String LICENSE = "LICENSE";

    private Path linux() {
        return home.resolve("device-agent/linux");
    }

    /** The folder, named as the archive will be. */
    Path tree(String system) throws IOException {
        PackageTree.delete(work);
        Path tree = work.resolve(name(system));
        Files.createDirectories(tree);
        Path built = home.resolve("device-agent/target");
        PackageTree.copy(built.resolve("device-agent.jar"), tree.resolve("device-agent.jar"));
        PackageTree.copyAll(built.resolve("lib"), ".jar", tree.resolve("lib"));
        for (String file : List.of(
                "muster-agent",
                "jvm.options",
                "compiler.json",
                "classes.lst",
                "muster-agent.service",
                "muster-agent.default",
                "muster-agent.sysusers",
                "muster-agent.tmpfiles",
                "muster-agent.rules")) {
            PackageTree.copy(linux().resolve(file), tree.resolve(file));
        }
        PackageTree.copy(home.resolve(LICENSE), tree.resolve(LICENSE));
        runtime.ifPresent(java -> java.linkInto(tree.resolve("runtime")));
        // Before the archive is made: it remembers the jars' times.
        PackageTree.normalise(tree, time);
        if (archive) {
            Tool.run(tree, Map.of(), List.of(tree.resolve("muster-agent").toString(), "archive"));
            PackageTree.normalise(tree, time);
        }
        return tree;
    }

    private String name(String system) {
        return "muster-agent-" + version + "-" + system + "-" + architecture.word();
    }

    /** {@code tar.zst} of {@code tree}, in {@code folder}; {@code level} is how hard zstd tries, 1 to 19. */
    Path tarZst(Path tree, Path folder, int level) {
        // Two threads on every machine: the bytes depend on whether there are several.
        return PackageTree.tarZst(tree, folder, "zstd -T2 -q -" + level, List.of("--mtime=@" + time.getEpochSecond()));
    }

    /** {@code .deb} of {@code tree}, in {@code folder}. */
    Path deb(Path tree, Path folder) throws IOException {
        Path root = work.resolve("debian");
        Path library = root.resolve("usr/lib/muster-agent");
        Files.createDirectories(library.resolveSibling(""));
        Files.createDirectories(root.resolve("DEBIAN"));
        Tool.run(work, Map.of(), List.of("cp", "-a", tree.toString(), library.toString()));
        move(library.resolve("muster-agent.service"), root.resolve("lib/systemd/system/muster-agent.service"));
        move(library.resolve("muster-agent.default"), root.resolve("etc/default/muster-agent"));
        move(library.resolve("muster-agent.sysusers"), root.resolve("usr/lib/sysusers.d/muster-agent.conf"));
        move(library.resolve("muster-agent.tmpfiles"), root.resolve("usr/lib/tmpfiles.d/muster-agent.conf"));
        move(library.resolve("muster-agent.rules"), root.resolve("usr/share/polkit-1/rules.d/50-muster-agent.rules"));
        move(library.resolve(LICENSE), root.resolve("usr/share/doc/muster-agent/copyright"));
        PackageTree.copy(linux().resolve("debian/usr-bin-muster-agent"), root.resolve("usr/bin/muster-agent"));
        for (String script : List.of("postinst", "prerm", "postrm")) {
            PackageTree.copy(
                    linux().resolve("debian").resolve(script),
                    root.resolve("DEBIAN").resolve(script));
        }
        write(root.resolve("DEBIAN/conffiles"), "/etc/default/muster-agent\n");
        write(
                root.resolve("DEBIAN/control"),
                control(PackageTree.size(root), JavaRuntime.glibc(library.resolve("runtime"))));
        PackageTree.normalise(root, time);
        Path file = folder.resolve("muster-agent_" + debianVersion() + "_" + architecture.debian() + ".deb");
        Tool.run(
                work,
                Map.of("SOURCE_DATE_EPOCH", Long.toString(time.getEpochSecond())),
                List.of(
                        "dpkg-deb",
                        "--root-owner-group",
                        "-Zxz",
                        "--threads-max=1",
                        "--build",
                        root.toString(),
                        file.toString()));
        return file;
    }

    /** A build before a release sorts before it. */
    private String debianVersion() {
        return version.replace('-', '~');
    }

    private String control(long bytes, String glibc) {
        return """
            Package: muster-agent
            Version: %s
            Architecture: %s
            Maintainer: Muster <muster@localhost>
            Installed-Size: %d
            Depends: libc6 (>= %s), passwd
            Section: admin
            Priority: optional
            Description: agent of a device in a Muster fleet
             Enrols the device, makes it what its signed document says, tells what it is. Brings its own Java runtime.
            """.formatted(debianVersion(), architecture.debian(), (bytes + 1023) / 1024, glibc);
    }

    private static void move(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolveSibling(""));
        Files.move(from, to);
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
