package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The image's own word on whether it is well: every program in {@code /usr/lib/muster-agent/health.d} and
 * {@code /etc/muster-agent/health.d}, by name, must end with 0. Without any, coming up and running this agent is enough.
 */
final class HealthChecks {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> DIRECTORIES =
            List.of("usr/lib/muster-agent/health.d", "etc/muster-agent/health.d");

    private final Path system;

    HealthChecks(Path system) {
        this.system = system;
    }

    /** What the first one that failed said at its end; empty if all are content. */
    Optional<String> problem() throws IOException {
        for (String directory : DIRECTORIES) {
            for (Path check : checks(system.resolve(directory))) {
                Optional<String> problem = ask(check);
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ask(Path check) {
        try {
            Programs.Result result = Programs.run(LIMIT, check);
            return result.isGood()
                    ? Optional.empty()
                    : Optional.of("health check `" + check.getFileName() + "`: " + result.lastLine());
        } catch (IOException e) {
            // One that cannot run has not found the image well.
            return Optional.of("health check `" + check.getFileName() + "`: " + e.getMessage());
        }
    }

    private static List<Path> checks(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
