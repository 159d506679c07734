package dev.muster.system;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image in an OCI image layout, as anybody reads it who knows the specification, and run by {@code runc} as an engine would: as
 * the user it names, on a root that cannot be written. The network is the machine's.
 *
 * @param layout the folder
 * @param manifest of this machine's platform
 */
record Image(Path layout, Map<String, Object> manifest) {
    /** What Docker and containerd start containers with, where Debian has it. */
    static final Path RUNC = Path.of("/usr/sbin/runc");

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** The one that is named {@code NAME:VERSION}. */
    static Image named(Path layout, String name) throws IOException {
        Map<String, Object> index = JSON.std.mapFrom(Files.readString(layout.resolve("index.json")));
        for (Map<String, Object> one : maps(index.get("manifests"))) {
            if (String.valueOf(map(one.get("annotations")).get("org.opencontainers.image.ref.name"))
                    .startsWith(name + ":")) {
                return new Image(layout, one);
            }
        }
        throw new AssertionError("expected `" + name + "` in " + index);
    }

    String digest() {
        return String.valueOf(manifest.get("digest"));
    }

    Map<String, Object> document() throws IOException {
        return JSON.std.mapFrom(Files.readString(blob(digest())));
    }

    Map<String, Object> config() throws IOException {
        return JSON.std.mapFrom(Files.readString(
                blob(String.valueOf(map(document().get("config")).get("digest")))));
    }

    /** Its layers, lowest first. */
    List<Path> layers() throws IOException {
        return maps(document().get("layers")).stream()
                .map(layer -> blob(String.valueOf(layer.get("digest"))))
                .toList();
    }

    private Path blob(String digest) {
        return layout.resolve("blobs").resolve(digest.replace(':', '/'));
    }

    /** Unpacks it into {@code bundle}, once. */
    void unpack(Path bundle) throws IOException {
        Path root = Files.createDirectories(bundle.resolve("rootfs"));
        for (Path layer : layers()) {
            Command.run(
                            Map.of(),
                            LIMIT,
                            List.of("tar", "-xpzf", layer.toString(), "--same-owner", "-C", root.toString()))
                    .mustSucceed();
        }
    }

    /**
     * The command line that runs it.
     *
     * @param bundle where it was unpacked
     * @param binds folders of this machine by where they are inside; only volumes can be written
     * @param environment beside the image's
     * @param arguments instead of the image's, unless empty
     */
    List<String> run(
            Path bundle, String id, Map<String, Path> binds, Map<String, String> environment, List<String> arguments)
            throws IOException {
        Map<String, Object> image = map(config().get("config"));
        List<Object> words = new ArrayList<>((List<?>) image.get("Entrypoint"));
        words.addAll(arguments.isEmpty() && image.get("Cmd") instanceof List<?> usual ? usual : arguments);
        List<Object> variables = new ArrayList<>((List<?>) image.get("Env"));
        environment.forEach((name, value) -> variables.add(name + "=" + value));
        String[] user = String.valueOf(image.get("User")).split(":", -1);
        List<Object> mounts = new ArrayList<>();
        mounts.add(mount("/proc", "proc", "proc", List.of()));
        mounts.add(mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "mode=755")));
        mounts.add(mount("/tmp", "tmpfs", "tmpfs", List.of("nosuid", "nodev", "mode=1777")));
        binds.forEach((place, folder) -> mounts.add(mount(
                place,
                "bind",
                folder.toString(),
                List.of("bind", map(image.get("Volumes")).containsKey(place) ? "rw" : "ro"))));
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("terminal", false);
        process.put("user", Map.of("uid", Integer.parseInt(user[0]), "gid", Integer.parseInt(user[1])));
        process.put("args", words);
        process.put("env", variables);
        process.put("cwd", String.valueOf(image.get("WorkingDir")));
        process.put("noNewPrivileges", true);
        process.put("capabilities", Map.of());
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("ociVersion", "1.0.2");
        spec.put("process", process);
        spec.put("root", Map.of("path", "rootfs", "readonly", true));
        spec.put("mounts", mounts);
        spec.put(
                "linux",
                Map.of("namespaces", List.of(Map.of("type", "mount"), Map.of("type", "pid"), Map.of("type", "ipc"))));
        Files.writeString(bundle.resolve("config.json"), JSON.std.asString(spec));
        return List.of(
                RUNC.toString(),
                "--root",
                bundle.resolve("state").toString(),
                "run",
                "--bundle",
                bundle.toString(),
                id);
    }

    /** Ends everything in a container, without asking. */
    List<String> kill(Path bundle, String id) {
        return List.of(RUNC.toString(), "--root", bundle.resolve("state").toString(), "kill", "--all", id, "KILL");
    }

    private static Map<String, Object> mount(String place, String type, String source, List<String> options) {
        Map<String, Object> mount = new LinkedHashMap<>();
        mount.put("destination", place);
        mount.put("type", type);
        mount.put("source", source);
        mount.put("options", options);
        return mount;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object json) {
        return json instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    static List<Map<String, Object>> maps(@Nullable Object json) {
        List<Map<String, Object>> found = new ArrayList<>();
        if (json instanceof List<?> list) {
            list.forEach(one -> found.add(map(one)));
        }
        return found;
    }
}
