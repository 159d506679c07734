package dev.muster.standalone.dist;

import dev.muster.standalone.process.RuntimeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code ./muster up} and the command line need, in the places where a build has it, so that the same launcher runs both:
 * file {@value #MARK} tells it that there is nothing to build, and that its Java is beside it.
 *
 * @param home root of the project, built
 * @param work where the tree is made; emptied first
 */
record ServerPackage(Path home, Path work) {
    /** Its content is the version. */
    static final String MARK = "PACKAGED";

    /** The folder, named as the archive will be. */
    Path tree() throws IOException {
        PackageTree.delete(work);
        String version = RuntimeFiles.version("muster");
        Path tree = work.resolve("muster-" + version + "-linux-" + System.getProperty("os.arch"));
        Files.createDirectories(tree);
        for (String file : List.of("muster", "LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md")) {
            PackageTree.copy(home.resolve(file), tree.resolve(file));
        }
        Files.writeString(tree.resolve(MARK), version + "\n");
        for (String folder : List.of(
                "docs",
                "standalone/target/classes",
                "standalone/target/lib",
                "standalone/target/runtime/kafka",
                "control-plane/target/quarkus-app",
                "cli/target/lib",
                "simulator/target/classes",
                "simulator/target/lib",
                "device-agent/target/lib")) {
            PackageTree.copyFolder(home.resolve(folder), tree.resolve(folder));
        }
        for (String file : List.of("cli/target/muster-cli.jar", "device-agent/target/device-agent.jar")) {
            PackageTree.copy(home.resolve(file), tree.resolve(file));
        }
        // As they came; they are unpacked where the archive is, once.
        String servers = "standalone/target/runtime";
        PackageTree.copyAll(home.resolve(servers), ".jar", tree.resolve(servers));
        PackageTree.copyAll(home.resolve(servers), ".zip", tree.resolve(servers));
        new JavaRuntime(Path.of(System.getProperty("java.home")), Optional.empty())
                .linkServerInto(tree.resolve("java"));
        return tree;
    }

    /** {@code tar.zst} of {@code tree}, in {@code folder}. */
    Path tarZst(Path tree, Path folder, int level) {
        return PackageTree.tarZst(tree, folder, "zstd -T0 -q -" + level, List.of());
    }
}
