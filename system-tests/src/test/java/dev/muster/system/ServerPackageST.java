package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./muster dist server} makes, started where there is no Java, no Maven and no network but the machine itself. */
class ServerPackageST {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    @Test
    void startsWithoutJavaMavenAndANetwork() throws IOException {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/zstd")))
                .as("zstd is installed")
                .isTrue();
        assumeThat(run("unshare", "--net", "ip", "link", "set", "lo", "up").exit())
                .as("network namespaces may be made, and `ip` is here")
                .isZero();
        String to = folder.toString();
        run(Product.home().resolve("muster").toString(), "dist", "server", "--level", "1", "--to", to)
                .mustSucceed();
        run("tar", "-C", to, "-xf", only(".tar.zst").toString()).mustSucceed();
        Files.delete(only(".tar.zst"));
        Path home = only("");
        String muster = home.resolve("muster").toString();
        int base = Product.freePortBase();

        // One shell in one namespace: up, a look, down. Its search path has the tools of a plain machine, none of ours.
        String out = run(
                        "unshare",
                        "--net",
                        "env",
                        "-i",
                        "PATH=/usr/bin:/bin:/usr/sbin:/sbin",
                        "HOME=" + folder,
                        "sh",
                        "-ec",
                        """
                        ip link set lo up
                        %1$s up --detach --devices 1 --data %2$s/data --port-base %3$d
                        %1$s status --data %2$s/data
                        %1$s down --data %2$s/data
                        %1$s simulate --help
                        %1$s test || echo "refused with $?"
                        """.formatted(muster, folder, base))
                .mustSucceed();

        assertThat(out)
                .contains(
                        "1 of 1 agents connected",
                        "Example: ./muster simulate",
                        "needs the sources of Muster",
                        "refused with 12");
        assertThat(home.resolve("PACKAGED")).content().isNotBlank();
    }

    private static Command run(String... words) {
        return Command.run(Map.of("MUSTER_NO_BUILD", "1"), LIMIT, List.of(words));
    }

    private Path only(String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file ->
                            file.getFileName().toString().matches("muster-.*linux-[^.]*" + ending.replace(".", "[.]")))
                    .toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }
}
