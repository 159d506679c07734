package dev.muster.control.releases;

import dev.muster.policy.permission.Apl;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What has to hold before a release may come to a device. All but {@code apl} is asked of the device, at the moment its turn
 * comes and again whenever it reports; {@code apl} is asked of the packages, when the release is made.
 *
 * @param agent oldest version of the agent
 * @param image oldest version of the image that the device runs
 * @param api lowest API level of its system, 1 to 999; 0 for any
 * @param apl lowest privilege level that the signed profile of each app in the release gives
 * @param apps by bundle name, the lowest version code of apps that have to be installed
 * @param releases that have to be in force, or a later one of the same name
 */
public record Requirements(
        Optional<String> agent,
        Optional<String> image,
        int api,
        Optional<Apl> apl,
        Map<String, Long> apps,
        List<Needed> releases) {
    private static final int MOST = 20;
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,18}([.+_-][A-Za-z0-9]{1,18}){0,15}");
    private static final Pattern BUNDLE = Pattern.compile("[A-Za-z][A-Za-z0-9_.]{0,126}");

    /** Nothing. */
    public static final Requirements NONE =
            new Requirements(Optional.empty(), Optional.empty(), 0, Optional.empty(), Map.of(), List.of());

    public Requirements {
        apps = Map.copyOf(apps);
        releases = List.copyOf(releases);
        agent.ifPresent(version -> requireVersion("agent", version));
        image.ifPresent(version -> requireVersion("image", version));
        if (api < 0 || api > 999) {
            throw new IllegalArgumentException("`requires.api`: expected an API level of 1 to 999, found " + api);
        }
        apps.forEach((bundle, code) -> {
            if (!BUNDLE.matcher(bundle).matches() || code < 1) {
                throw new IllegalArgumentException(
                        "`requires.apps`: expected a bundle name and a version code from 1 on, found `" + bundle + "` "
                                + code);
            }
        });
        if (apps.size() > MOST || releases.size() > MOST || Set.copyOf(releases).size() != releases.size()) {
            throw new IllegalArgumentException("`requires`: expected at most " + MOST
                    + " different apps and as many releases, found " + apps.size() + " and " + releases.size());
        }
    }

    /** A release that has to be in force. */
    public record Needed(String name, String version) {
        /** As people say it. */
        public String text() {
            return name + " " + version;
        }
    }

    private static void requireVersion(String member, String version) {
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException(
                    "`requires." + member + "`: expected a version such as `5.0.1`, found `" + version + "`");
        }
    }

    /** Whether nothing is asked of a device. */
    public boolean asksNothingOfDevices() {
        return agent.isEmpty() && image.isEmpty() && api == 0 && apps.isEmpty() && releases.isEmpty();
    }

    /** As stored. */
    String json() {
        Map<String, Object> members = new LinkedHashMap<>();
        agent.ifPresent(version -> members.put("agent", version));
        image.ifPresent(version -> members.put("image", version));
        if (api > 0) {
            members.put("api", api);
        }
        apl.ifPresent(level -> members.put("apl", level.text()));
        if (!apps.isEmpty()) {
            members.put(
                    "apps",
                    new TreeMap<>(apps)
                            .entrySet().stream()
                                    .map(app -> Map.of("bundle", app.getKey(), "versionCode", app.getValue()))
                                    .toList());
        }
        if (!releases.isEmpty()) {
            members.put(
                    "releases",
                    releases.stream()
                            .map(release -> Map.of("name", release.name(), "version", release.version()))
                            .toList());
        }
        return new String(JsonObject.write(members), StandardCharsets.UTF_8);
    }

    /** What {@link #json} wrote. */
    static Requirements parse(String json) {
        JsonObject object = JsonObject.parse(json.getBytes(StandardCharsets.UTF_8));
        Map<String, Long> apps = new TreeMap<>();
        object.objects("apps", app -> Map.entry(app.string("bundle"), app.number("versionCode")))
                .forEach(app -> apps.put(app.getKey(), app.getValue()));
        return new Requirements(
                object.optionalString("agent"),
                object.optionalString("image"),
                object.optionalNumber("api").map(Long::intValue).orElse(0),
                object.optionalString("apl").flatMap(Apl::parse),
                apps,
                object.objects("releases", release -> new Needed(release.string("name"), release.string("version"))));
    }
}
