package dev.muster.cli.audit;

import dev.muster.cli.http.Url;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which rows of the trail. */
final class FilterOptions {
    @Option(
            names = "--object",
            paramLabel = "OBJECT",
            description = "Only on this, such as device/press-07, or what begins so: 'rollout/*'.")
    private @Nullable String object;

    @Option(
            names = "--actor",
            paramLabel = "WHO",
            description = "Only by this person, service or device: identity or name.")
    private @Nullable String actor;

    @Option(
            names = "--verb",
            paramLabel = "VERB",
            description = "Only this, such as device.suspend, or what begins so: 'device.*'.")
    private @Nullable String verb;

    @Option(names = "--from", paramLabel = "TIME", description = "Not before, such as 2026-11-22T09:30:00Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Before this time.")
    private @Nullable String to;

    Url on(Url url) {
        return url.with("object", object)
                .with("actor", actor)
                .with("verb", verb)
                .with("from", from)
                .with("to", to);
    }

    /** Whether everything is asked for. */
    boolean none() {
        return object == null && actor == null && verb == null && from == null && to == null;
    }
}
