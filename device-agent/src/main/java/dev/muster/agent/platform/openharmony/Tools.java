package dev.muster.agent.platform.openharmony;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Starts the system's own tools. Exit codes of some say nothing, so answers are judged by their text. */
@FunctionalInterface
public interface Tools {
    /** How long reading something may take. */
    Duration READING = Duration.ofSeconds(20);

    /**
     * Runs {@code words}, the first of which is the tool's bare name, to its end.
     *
     * @return what it wrote to both streams
     * @throws IOException if it cannot be started, writes without end, or does not end within {@code limit}; then it is killed
     */
    String run(Duration limit, List<String> words) throws IOException;

    /** The same with the usual time. */
    default String read(String... words) throws IOException {
        return run(READING, List.of(words));
    }
}
