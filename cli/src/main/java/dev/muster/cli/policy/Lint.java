package dev.muster.cli.policy;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Shell;
import dev.muster.policy.language.Known;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The offline check of policy files: the same reader as the server's. */
public final class Lint {
    private Lint() {}

    /** The named files, standard input for {@code -}, and every {@code .yaml} and {@code .yml} below a named folder, hidden ones left out. */
    public static List<PolicySource> read(Shell shell, List<String> files) {
        List<PolicySource> sources = new ArrayList<>();
        for (String file : files) {
            if (file.equals("-")) {
                sources.add(new PolicySource("<stdin>", FileInput.read(shell, file)));
            } else if (Files.isDirectory(Path.of(file))) {
                below(Path.of(file))
                        .forEach(found -> sources.add(new PolicySource(found, FileInput.read(shell, found))));
            } else {
                sources.add(new PolicySource(file, FileInput.read(shell, file)));
            }
        }
        return sources;
    }

    private static List<String> below(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> found = files.filter(Files::isRegularFile)
                    .filter(file -> !isHidden(folder.relativize(file)))
                    .map(Path::toString)
                    .filter(name -> name.endsWith(".yaml") || name.endsWith(".yml"))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE, "folder `" + folder + "`: at least one .yaml file expected, found none");
            }
            return found;
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read folder `" + folder + "`: " + e.getMessage(), e);
        }
    }

    // Such as the recipes of a CI, which are YAML too.
    private static boolean isHidden(Path file) {
        for (Path part : file) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** The number of documents; every mistake at once as a {@link CliException}. */
    static int check(List<PolicySource> sources, Set<String> otherRoles) {
        return parsed(new PolicyParser().parse(sources, Known.roles(otherRoles)))
                .documents()
                .size();
    }

    /** Good documents; every mistake at once as a {@link CliException}. */
    public static ParseResult.Parsed parsed(ParseResult result) {
        return switch (result) {
            case ParseResult.Parsed parsed -> parsed;
            case ParseResult.Invalid invalid ->
                throw new CliException(
                        ExitCode.FAILED,
                        "policy-invalid: " + count(invalid.errors().size(), "mistake"),
                        invalid.errors().stream().map(PolicyError::toString).toList());
        };
    }

    static String count(int number, String thing) {
        return number == 1 ? "1 " + thing : number + " " + thing + "s";
    }
}
