package dev.muster.standalone.dist;

import dev.muster.standalone.process.ExitCode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster dist server}. */
@Command(
        name = "server",
        headerHeading = "Example: ./muster dist server --to dist%n%n",
        header = "Everything `./muster up` starts and the command line, with a Java runtime, as one tar.zst.",
        description = "For a machine of this architecture without Java, Maven or the internet: unpack it, ./muster up.",
        mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
    private final PrintStream out = System.out;

    @Option(names = "--to", paramLabel = "DIR", defaultValue = "dist", description = "Where the archive goes (./dist).")
    private Path to = Path.of("dist");

    @Option(
            names = "--level",
            paramLabel = "N",
            defaultValue = "10",
            description = "How hard zstd tries, 1 to 19 (10): a larger number takes longer.")
    private int level = 10;

    @Override
    public Integer call() throws IOException {
        PackageTree.checkLevel(level);
        Path home =
                Path.of(System.getProperty("muster.home", "")).toAbsolutePath().normalize();
        Path folder = Files.createDirectories(to.toAbsolutePath().normalize());
        ServerPackage server = new ServerPackage(home, home.resolve("target/dist-server"));
        try {
            Path tree = server.tree();
            Path file = server.tarZst(tree, folder, level);
            out.printf(Locale.ROOT, "%s  %.1f MB%n", file, Files.size(file) / 1e6);
            out.printf(Locale.ROOT, "unpacked: %.1f MB%n", PackageTree.size(tree) / 1e6);
        } finally {
            PackageTree.delete(server.work());
        }
        return ExitCode.OK.number();
    }
}
