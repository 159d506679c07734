package dev.muster.cli.fleetfiles;

import dev.muster.cli.policy.Lint;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which files, and which things of the fleet are theirs. */
final class FolderOptions {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE|FOLDER",
            required = true,
            description = "A YAML file, a folder with all below it, or - for standard input; repeatable.")
    private List<String> files = List.of();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "LABEL",
            description = "What the files make is kept under this label, which tells --prune what was theirs.")
    private @Nullable String label;

    @Option(names = "--prune", description = "What is kept under the label and in no file any more goes.")
    private boolean prune;

    @Option(names = "--take-over", description = "What is kept under other labels comes under this one.")
    private boolean takeOver;

    /** The body of a request. */
    Map<String, Object> body(Session session) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "files",
                Lint.read(session.shell(), files).stream()
                        .map(file -> Map.of("name", file.name(), "text", file.text()))
                        .toList());
        if (label != null) {
            body.put("label", label);
        }
        body.put("prune", prune);
        body.put("takeOver", takeOver);
        return body;
    }
}
