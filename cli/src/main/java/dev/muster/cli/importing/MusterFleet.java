package dev.muster.cli.importing;

import dev.muster.cli.http.Api;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an import finds here already, and makes here. */
final class MusterFleet {
    private static final int PAGE = 200;

    private final Api api;
    private final Map<String, Row> clients = new HashMap<>();
    private final Set<String> releases = new HashSet<>();

    /** Looks at what is there. */
    MusterFleet(Api api) {
        this.api = api;
        for (Row device : all(Url.of("devices").with("q", "fact.platform==ddi"))) {
            if (device.at("facts") instanceof Map<?, ?> facts && facts.get("ddi.controller") instanceof String id) {
                clients.put(id, device);
            }
        }
        all(Url.of("releases")).forEach(release -> releases.add(key(release.text("name"), release.text("version"))));
    }

    private List<Row> all(Url url) {
        List<Row> rows = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            Row page = new Row(api.get(url.with("limit", PAGE).with("cursor", cursor)));
            rows.addAll(page.rows("items"));
            cursor = page.at("next") instanceof String next ? next : null;
        } while (cursor != null);
        return rows;
    }

    private static String key(String name, String version) {
        return name + "\n" + version;
    }

    boolean hasRelease(String name, String version) {
        return releases.contains(key(name, version));
    }

    boolean hasArtifact(String sha256) {
        try {
            api.get(Url.of("artifacts", sha256));
            return true;
        } catch (CliException e) {
            if (e.exitCode() == ExitCode.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** What the client lacks: everything where it is not there, nothing where it is whole. */
    Missing missing(String controller, Set<String> tags) {
        Row device = clients.get(controller);
        if (device == null) {
            return new Missing(true, tags);
        }
        Set<String> absent = new TreeSet<>(tags);
        absent.removeAll(tags(device));
        return new Missing(false, absent);
    }

    /**
     * What is to be made of a client.
     *
     * @param device whether there is none yet
     * @param tags that it lacks
     */
    record Missing(boolean device, Set<String> tags) {
        boolean isNothing() {
            return !device && tags.isEmpty();
        }
    }

    private static Set<String> tags(Row device) {
        Set<String> tags = new TreeSet<>();
        if (device.at("tags") instanceof List<?> list) {
            list.forEach(tag -> tags.add(String.valueOf(tag)));
        }
        return tags;
    }

    /** Makes what is missing; a device that is there keeps its name and what else it has. */
    void client(String controller, String name, Missing missing, Optional<String> token) {
        Map<String, Object> patch = new LinkedHashMap<>();
        Row known = clients.get(controller);
        String device = known == null ? made(controller) : known.text("id");
        if (known == null && !name.equals(Row.NONE)) {
            patch.put("name", name);
        }
        if (!missing.tags().isEmpty()) {
            // A device that a rule made may have tags of that rule.
            Set<String> tags = tags(known == null ? new Row(api.get(Url.of("devices", device))) : known);
            tags.addAll(missing.tags());
            patch.put("tags", List.copyOf(tags));
        }
        if (!patch.isEmpty()) {
            api.patch(Url.of("devices", device), patch);
        }
        if (known == null) {
            token.ifPresent(secret -> api.post(Url.of("devices", device, "ddi", "token"), Map.of("token", secret)));
        }
    }

    private String made(String controller) {
        return new Row(api.post(Url.of("ddi", "clients"), Map.of("controller", controller))).text("device");
    }

    /** Its hash. */
    String image(Path file, String name, String version, String hardware) {
        Url url = Url.of("artifacts")
                .with("kind", "image")
                .with("name", name)
                .with("hardware", hardware)
                .with("version", version)
                .with("releaseCounter", 0);
        return new Row(api.upload(url, "application/octet-stream", file)).text("sha256");
    }

    void release(String name, String version, String sha256) {
        api.post(
                Url.of("releases"),
                Map.of("name", name, "version", version, "targets", List.of(Map.of("sha256", sha256))));
        releases.add(key(name, version));
    }
}
