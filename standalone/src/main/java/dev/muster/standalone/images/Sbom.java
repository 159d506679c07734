package dev.muster.standalone.images;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is in one image, as CycloneDX 1.6: a choice from the list of the whole project, and what lies below Java. For one thread. */
final class Sbom {
    private final List<Map<String, Object>> components = new ArrayList<>();

    /**
     * Libraries by their hashes; those that Quarkus put together anew, without classes that nobody needs, by group, name and version.
     *
     * @param whole the list that {@code ./muster sbom} makes
     * @throws StandaloneException if one is not in it: a list with a gap is worth nothing
     */
    Sbom libraries(Collection<Path> jars, Path whole) throws IOException {
        if (!Files.isRegularFile(whole)) {
            throw new StandaloneException(
                    ExitCode.NOT_BUILT,
                    "expected the list of components in `" + whole + "`, found none; make it by `./muster sbom`");
        }
        List<Map<String, Object>> known = components(whole);
        Map<String, Map<String, Object>> byHash = byHash(known);
        List<String> unknown = new ArrayList<>();
        for (Path jar : jars.stream().sorted().toList()) {
            String hash = Digest.of(Digest.sha256().digest(Files.readAllBytes(jar)), "");
            String file = jar.getFileName().toString();
            Map<String, Object> component =
                    byHash.containsKey(hash) ? byHash.get(hash) : putTogetherAnew(known, file, hash);
            if (component == null) {
                unknown.add(file);
            } else if (!components.contains(component)) {
                components.add(component);
            }
        }
        if (!unknown.isEmpty()) {
            throw new StandaloneException(
                    ExitCode.FAILED,
                    "expected every library in `" + whole + "`, found none of " + unknown
                            + "; make the list anew by `./muster sbom`");
        }
        return this;
    }

    /** The component whose jar would be called so in a server's folder, with the hash of the one that is there. */
    private static @Nullable Map<String, Object> putTogetherAnew(
            List<Map<String, Object>> known, String file, String hash) {
        for (Map<String, Object> one : known) {
            if (file.equals(one.get("group") + "." + one.get("name") + "-" + one.get("version") + ".jar")) {
                Map<String, Object> altered = new LinkedHashMap<>(one);
                altered.put("hashes", List.of(hash(hash)));
                return altered;
            }
        }
        return null;
    }

    /** All of {@code list}, where it is there: the console's packages are in one file of ours. */
    Sbom all(Path list) throws IOException {
        if (Files.isRegularFile(list)) {
            components.addAll(components(list));
        }
        return this;
    }

    Sbom java(String version, String by) {
        return add("framework", "openjdk", version, Map.of("publisher", by, "purl", "pkg:generic/openjdk@" + version));
    }

    Sbom packages(Collection<DebianPackages.Installed> installed) {
        for (DebianPackages.Installed one : installed) {
            add(
                    "library",
                    one.name(),
                    one.version(),
                    Map.of(
                            "purl",
                            "pkg:deb/debian/" + one.name().replace("+", "%2B") + "@"
                                    + one.version().replace("+", "%2B") + "?arch=" + one.architecture()));
        }
        return this;
    }

    /** Files that no package owns, by their hashes. */
    Sbom files(Map<String, Path> files) throws IOException {
        for (var one : files.entrySet()) {
            String hash = Digest.of(Digest.sha256().digest(Files.readAllBytes(one.getValue())), "");
            add("file", "/" + one.getKey(), "", Map.of("hashes", List.of(hash(hash))));
        }
        return this;
    }

    private static Map<String, Object> hash(String hex) {
        Map<String, Object> hash = new LinkedHashMap<>();
        hash.put("alg", "SHA-256");
        hash.put("content", hex);
        return hash;
    }

    private Sbom add(String type, String name, String version, Map<String, Object> more) {
        Map<String, Object> component = new LinkedHashMap<>();
        component.put("type", type);
        component.put("name", name);
        if (!version.isEmpty()) {
            component.put("version", version);
        }
        component.putAll(new java.util.TreeMap<>(more));
        components.add(component);
        return this;
    }

    /** The document about image {@code name}; without a number of its own, so that equal images have equal lists. */
    String text(String name, String version, Instant time) throws IOException {
        Map<String, Object> subject = new LinkedHashMap<>();
        subject.put("type", "container");
        subject.put("name", name);
        subject.put("version", version);
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("timestamp", time.toString());
        about.put("component", subject);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("bomFormat", "CycloneDX");
        document.put("specVersion", "1.6");
        document.put("version", 1);
        document.put("metadata", about);
        document.put("components", components);
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(document) + "\n";
    }

    private static Map<String, Map<String, Object>> byHash(List<Map<String, Object>> components) {
        Map<String, Map<String, Object>> byHash = new HashMap<>();
        for (Map<String, Object> component : components) {
            if (component.get("hashes") instanceof List<?> hashes) {
                hashes.forEach(hash -> {
                    if (hash instanceof Map<?, ?> map && "SHA-256".equals(map.get("alg"))) {
                        byHash.putIfAbsent(String.valueOf(map.get("content")), component);
                    }
                });
            }
        }
        return byHash;
    }

    private static List<Map<String, Object>> components(Path list) throws IOException {
        List<Map<String, Object>> found = new ArrayList<>();
        if (JSON.std.mapFrom(Files.readString(list)).get("components") instanceof List<?> all) {
            for (Object one : all) {
                if (one instanceof Map<?, ?> map) {
                    Map<String, Object> component = new LinkedHashMap<>();
                    map.forEach((key, value) -> component.put(String.valueOf(key), value));
                    found.add(component);
                }
            }
        }
        return found;
    }
}
