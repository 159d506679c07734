package dev.muster.cli.fleetfiles;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.policy.Lint;
import dev.muster.cli.session.Session;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetParser;
import dev.muster.policy.language.PolicySource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
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

    /** The body of a request that only looks: values that the environment does not have are left out. */
    Map<String, Object> body(Session session) {
        return body(session, Lint.read(session.shell(), files));
    }

    /** The body of a request that changes something; every value that files name is in the environment. */
    Map<String, Object> complete(Session session) {
        List<PolicySource> sources = Lint.read(session.shell(), files);
        List<String> missing = named(sources)
                .flatMap(document -> document.spec().variables().stream()
                        .filter(name -> value(session, name).isEmpty())
                        .map(name ->
                                document.file().name() + ":" + document.at().line() + ":"
                                        + document.at().column() + ": " + document.kind() + " `" + document.name()
                                        + "`: environment variable `" + name + "` expected, found none"))
                .toList();
        if (!missing.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "values are missing; nothing was changed", missing);
        }
        return body(session, sources);
    }

    private static Stream<FleetDocument> named(List<PolicySource> sources) {
        return FleetParser.parse(sources).documents().stream();
    }

    private static Optional<String> value(Session session, String name) {
        return Optional.ofNullable(session.shell().environment().get(name)).filter(text -> !text.isBlank());
    }

    private Map<String, Object> body(Session session, List<PolicySource> sources) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "files",
                sources.stream()
                        .map(file -> Map.of("name", file.name(), "text", file.text()))
                        .toList());
        Map<String, String> values = new TreeMap<>();
        named(sources).flatMap(document -> document.spec().variables().stream()).forEach(name -> value(session, name)
                .ifPresent(value -> values.put(name, value)));
        if (!values.isEmpty()) {
            body.put("values", values);
        }
        if (label != null) {
            body.put("label", label);
        }
        body.put("prune", prune);
        body.put("takeOver", takeOver);
        return body;
    }
}
