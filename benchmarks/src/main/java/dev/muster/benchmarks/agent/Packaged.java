package dev.muster.benchmarks.agent;

import dev.muster.benchmarks.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What {@code ./muster dist agent} makes, unpacked: the agent with its own runtime and class archive. */
record Packaged(Path archive, Path tree) {
    private static final double MEGABYTE = 1e6;

    /** Empty, with a line that says why, where it cannot be made here. */
    static Optional<Packaged> make(Path home, Path directory, PrintStream out)
            throws IOException, InterruptedException {
        if (Programs.onPath("zstd").isEmpty() || Programs.onPath("dpkg-deb").isEmpty()) {
            out.println("no zstd or dpkg-deb on the PATH: the packaged agent is left out");
            return Optional.empty();
        }
        Path folder = Files.createDirectories(directory.resolve("package"));
        int made = run(folder, List.of(home.resolve("muster").toString(), "dist", "agent", "--to", folder.toString()));
        Optional<Path> archive = made == 0 ? only(folder, ".tar.zst") : Optional.empty();
        if (archive.isEmpty()) {
            out.println("`./muster dist agent` ended with " + made + ": the packaged agent is left out");
            return Optional.empty();
        }
        Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
        if (run(unpacked, List.of("tar", "--zstd", "-xf", archive.get().toString())) != 0) {
            throw new IOException("`" + archive.get() + "` cannot be unpacked");
        }
        return Optional.of(new Packaged(archive.get(), only(unpacked, "").orElseThrow()));
    }

    private static int run(Path folder, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolveSibling("package.log").toFile()));
        builder.environment().put("MUSTER_NO_BUILD", "1");
        return builder.start().waitFor();
    }

    private static Optional<Path> only(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).findFirst();
        }
    }

    Path program() {
        return tree.resolve("muster-agent");
    }

    /** Bytes to load and bytes installed. */
    void rows(Report report) throws IOException {
        report.row("package, tar.zst", "MB", List.of(Files.size(archive) / MEGABYTE), OptionalDouble.of(25));
        try (Stream<Path> files = Files.walk(tree)) {
            double installed = files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            report.row("package, installed", "MB", List.of(installed / MEGABYTE), OptionalDouble.of(90));
        }
    }
}
