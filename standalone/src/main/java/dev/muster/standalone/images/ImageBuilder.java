package dev.muster.standalone.images;

import dev.muster.standalone.dist.Architecture;
import dev.muster.standalone.dist.PackageTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes images in a layout.
 *
 * @param home root of the project, built
 * @param work where Java is linked; emptied first
 * @param labels that say which version of what they are
 */
record ImageBuilder(
        Path home, Path work, Layout layout, List<Platform> platforms, Map<String, String> labels, Instant time) {
    /** Where the list of components is in every image. */
    static final String SBOM = "usr/share/doc/muster/sbom.cdx.json";

    private static final String VERSION = "org.opencontainers.image.version";

    /** Makes {@code recipes}; a manifest for each, or an index where there are several platforms. */
    List<Descriptor> build(List<Recipe> recipes) throws IOException {
        Map<Recipe, List<Descriptor>> manifests = new LinkedHashMap<>();
        for (Platform platform : platforms) {
            for (boolean whole : List.of(true, false)) {
                List<Recipe> wanted =
                        recipes.stream().filter(one -> one.wholeJava() == whole).toList();
                if (!wanted.isEmpty()) {
                    PackageTree.delete(work);
                    Files.createDirectories(work);
                    Foundation foundation = Foundation.make(layout, platform, whole, jars(whole), work, time);
                    for (Recipe recipe : wanted) {
                        manifests
                                .computeIfAbsent(recipe, one -> new ArrayList<>())
                                .add(manifest(recipe, foundation, platform.architecture())
                                        .of(platform.architecture()));
                    }
                }
            }
        }
        List<Descriptor> images = new ArrayList<>();
        for (Recipe recipe : recipes) {
            images.add(image(recipe, manifests.getOrDefault(recipe, List.of()))
                    .named(Map.of(Layout.REF_NAME, name(recipe))));
        }
        layout.name(images);
        return images;
    }

    // Of all that could rest on it: what is built beside an image must not change it.
    private List<Path> jars(boolean whole) throws IOException {
        List<Path> jars = new ArrayList<>();
        for (Recipe recipe : Recipe.values()) {
            if (recipe.wholeJava() == whole) {
                jars.addAll(recipe.jars(home));
            }
        }
        return jars;
    }

    /** As people name it: {@code muster/server:1.2.3}. */
    private String name(Recipe recipe) {
        return "muster/" + recipe.word() + ":"
                + labels.getOrDefault(VERSION, "0").replace('+', '-');
    }

    private Descriptor image(Recipe recipe, List<Descriptor> manifests) throws IOException {
        return manifests.size() == 1
                ? manifests.getFirst()
                : layout.add(Layout.index(manifests, labels(recipe)), Descriptor.INDEX);
    }

    private Descriptor manifest(Recipe recipe, Foundation foundation, Architecture architecture) throws IOException {
        Sbom sbom = new Sbom().libraries(recipe.jars(home), home.resolve("target/sbom/muster.json"));
        if (recipe == Recipe.SERVER) {
            sbom.all(home.resolve("target/sbom/console.json"));
        }
        foundation.addTo(sbom);
        String list = sbom.text("muster/" + recipe.word(), labels.getOrDefault(VERSION, "0"), time);
        Files.writeString(layout.folder().resolve(recipe.word() + "-" + architecture.debian() + ".cdx.json"), list);
        List<Layer> layers = List.of(
                foundation.system(),
                foundation.java(),
                layout.add(recipe.libraries(home), "libraries of others", time),
                layout.add(recipe.application(home), recipe.title(), time),
                layout.add(new LayerFiles().text(SBOM, list), "list of components", time));
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", Descriptor.MANIFEST);
        manifest.put(
                "config",
                layout.add(config(recipe, layers, architecture), Descriptor.CONFIG)
                        .json());
        manifest.put("layers", layers.stream().map(layer -> layer.blob().json()).toList());
        manifest.put("annotations", labels(recipe));
        return layout.add(manifest, Descriptor.MANIFEST);
    }

    private Map<String, String> labels(Recipe recipe) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put("org.opencontainers.image.title", recipe.title());
        all.put("org.opencontainers.image.description", recipe.description());
        all.put("org.opencontainers.image.created", time.toString());
        return all;
    }

    private Map<String, Object> config(Recipe recipe, List<Layer> layers, Architecture architecture) {
        Map<String, String> environment = new TreeMap<>(recipe.environment());
        environment.put("PATH", "/opt/java/bin");
        environment.put("JAVA_HOME", "/opt/java");
        // Names of files in UTF-8; glibc has this locale within.
        environment.put("LANG", "C.UTF-8");
        List<String> volumes = new ArrayList<>(recipe.volumes());
        volumes.add("/tmp");
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("User", Recipe.USER + ":" + Recipe.USER);
        if (!recipe.ports().isEmpty()) {
            run.put("ExposedPorts", keys(recipe.ports()));
        }
        run.put(
                "Env",
                environment.entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .toList());
        run.put("Entrypoint", recipe.entrypoint());
        if (!recipe.command().isEmpty()) {
            run.put("Cmd", recipe.command());
        }
        run.put("Volumes", keys(volumes));
        run.put("WorkingDir", "/");
        run.put("Labels", labels(recipe));
        run.put("StopSignal", "SIGTERM");
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("type", "layers");
        root.put("diff_ids", layers.stream().map(Layer::diffId).toList());
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("created", time.toString());
        config.put("architecture", architecture.debian());
        config.put("os", "linux");
        config.put("config", run);
        config.put("rootfs", root);
        config.put("history", layers.stream().map(this::history).toList());
        return config;
    }

    private Map<String, Object> history(Layer layer) {
        Map<String, Object> history = new LinkedHashMap<>();
        history.put("created", time.toString());
        history.put("created_by", "muster images build: " + layer.what());
        return history;
    }

    private static Map<String, Object> keys(List<String> names) {
        return names.stream()
                .sorted()
                .collect(Collectors.toMap(
                        name -> name, name -> Map.<String, Object>of(), (one, other) -> one, LinkedHashMap::new));
    }

    /** All of it: what an image and its parts weigh in a registry. */
    static long bytes(Layout layout, Descriptor image) throws IOException {
        long sum = image.size();
        for (Descriptor below : layout.below(image)) {
            boolean document = List.of(Descriptor.INDEX, Descriptor.MANIFEST).contains(below.mediaType());
            sum += document ? bytes(layout, below) : below.size();
        }
        return sum;
    }

    static List<Recipe> all() {
        return Arrays.asList(Recipe.values());
    }
}
