package dev.muster.cli.releases;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a device must be before a release comes to it. */
final class RequireOptions {
    @Option(names = "--needs-agent", paramLabel = "VERSION", description = "Oldest agent it may come to.")
    private @Nullable String agent;

    @Option(names = "--needs-image", paramLabel = "VERSION", description = "Oldest image that a device may run.")
    private @Nullable String image;

    @Option(names = "--needs-api", paramLabel = "LEVEL", description = "Lowest API level of a device.")
    private @Nullable Integer api;

    @Option(
            names = "--needs-apl",
            paramLabel = "APL",
            description = "Lowest privilege level that the profile of each app in it gives.")
    private @Nullable String apl;

    @Option(
            names = "--needs-app",
            paramLabel = "BUNDLE=CODE",
            description = "An app that has to be installed at this version code or above; repeatable.")
    private Map<String, Long> apps = Map.of();

    @Option(
            names = "--needs-release",
            paramLabel = "NAME@VERSION",
            description = "A release that has to be in force, or a later one of the name; repeatable.")
    private List<String> releases = List.of();

    /** Empty where nothing is required. */
    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        put(body, "agent", agent);
        put(body, "image", image);
        put(body, "api", api);
        put(body, "apl", apl);
        if (!apps.isEmpty()) {
            body.put(
                    "apps",
                    apps.entrySet().stream()
                            .map(app -> Map.of("bundle", app.getKey(), "versionCode", app.getValue()))
                            .toList());
        }
        if (!releases.isEmpty()) {
            body.put("releases", releases.stream().map(RequireOptions::release).toList());
        }
        return body;
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static Map<String, String> release(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1 || at == text.length() - 1) {
            throw new CliException(ExitCode.USAGE, "--needs-release: expected NAME@VERSION, found `" + text + "`");
        }
        return Map.of("name", text.substring(0, at), "version", text.substring(at + 1));
    }
}
