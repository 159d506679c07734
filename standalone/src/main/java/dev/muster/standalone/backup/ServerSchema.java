package dev.muster.standalone.backup;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/** Which migrations the packaged server has: a database that has seen more is a newer server's. */
final class ServerSchema {
    private static final Pattern MIGRATION = Pattern.compile("db/control/V(\\d{1,6})__.*\\.sql");

    private ServerSchema() {}

    /** Number of the newest migration in the jars beside {@code serverJar}. */
    static int newest(Path serverJar) {
        Path app = serverJar.resolveSibling("app");
        try (Stream<Path> files = Files.list(app)) {
            List<Path> jars =
                    files.filter(file -> file.toString().endsWith(".jar")).toList();
            int newest = 0;
            for (Path jar : jars) {
                try (ZipFile zip = new ZipFile(jar.toFile())) {
                    newest = Math.max(
                            newest,
                            zip.stream()
                                    .map(entry -> MIGRATION.matcher(entry.getName()))
                                    .filter(Matcher::matches)
                                    .mapToInt(name -> Integer.parseInt(name.group(1)))
                                    .max()
                                    .orElse(0));
                }
            }
            return newest;
        } catch (IOException e) {
            throw new StandaloneException(
                    ExitCode.NOT_BUILT, "expected the packaged server in `" + app + "`: " + e.getMessage(), e);
        }
    }
}
