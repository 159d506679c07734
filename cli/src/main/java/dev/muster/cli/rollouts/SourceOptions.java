package dev.muster.cli.rollouts;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a rollout brings: a release by its id, or the newest one of a channel. */
final class SourceOptions {
    @Option(names = "--release", paramLabel = "ID", description = "The release to bring.")
    private @Nullable String release;

    @Option(names = "--channel", paramLabel = "NAME", description = "The newest release of this channel instead.")
    private @Nullable String channel;

    @Option(names = "--of", paramLabel = "RELEASE-NAME", description = "With --channel: only releases of this name.")
    private @Nullable String named;

    @Option(
            names = "--hardware",
            paramLabel = "ID",
            description = "With --channel: only releases with something for this hardware.")
    private @Nullable String hardware;

    void into(Map<String, Object> body) {
        if ((release == null) == (channel == null)) {
            throw new CliException(
                    ExitCode.USAGE, "expected --release or --channel, found " + (release == null ? "neither" : "both"));
        }
        if (channel == null) {
            if (named != null || hardware != null) {
                throw new CliException(ExitCode.USAGE, "--of and --hardware: expected --channel beside them");
            }
            body.put("release", release);
            return;
        }
        Map<String, Object> from = new LinkedHashMap<>();
        from.put("name", channel);
        if (named != null) {
            from.put("release", named);
        }
        if (hardware != null) {
            from.put("hardware", hardware);
        }
        body.put("channel", from);
    }
}
