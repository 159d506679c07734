package dev.muster.agent.apps;

import dev.muster.agent.store.AlteredException;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.SealedJson;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Apps as files: {@code <root>/<bundle>/<version code>/...} and a symbolic link {@code current}, whose replacement is
 * the atomic switch; {@code previous} points to the version before it until the switch is committed. Not thread-safe.
 */
public final class AppDirectory implements AppStore {
    /** What the agent knows of an unpacked app; no package may bring a file of this name. */
    static final String RECORD = ".muster.json";

    private static final String CURRENT = "current";
    private static final String PREVIOUS = "previous";
    private static final String STAGING = ".staging";
    private static final String REMOVED = ".removed-";

    private final Path root;

    /** Apps below {@code root}, which exists. */
    public AppDirectory(Path root) throws IOException {
        this.root = root;
        for (Path leftover : list(root)) {
            if (name(leftover).startsWith(REMOVED)) {
                AtomicFiles.deleteTree(leftover);
            }
        }
    }

    @Override
    public List<Installed> installed() throws IOException {
        List<Installed> result = new ArrayList<>();
        for (Path bundle : list(root)) {
            if (!name(bundle).startsWith(".")) {
                Installed app = read(bundle.resolve(CURRENT));
                if (app != null) {
                    result.add(app);
                }
            }
        }
        return List.copyOf(result);
    }

    @Override
    public List<String> damaged() throws IOException {
        List<String> result = new ArrayList<>();
        for (Path bundle : list(root)) {
            Path current = bundle.resolve(CURRENT);
            if (Files.exists(current) && read(current) == null) {
                result.add(
                        "`" + current.resolve(RECORD) + "` is damaged or cannot be read: the app counts as not there");
            }
        }
        return result;
    }

    @Override
    public void stage(HapFile hap, String sha256) throws IOException {
        AppPackage app = hap.manifest();
        Path home = Files.createDirectories(root.resolve(app.bundle()));
        if (find(home, sha256) != null) {
            return;
        }
        Path staging = home.resolve(STAGING);
        AtomicFiles.deleteTree(staging);
        Files.createDirectory(staging);
        List<HapFile.Unpacked> files = hap.unpack(staging);
        AtomicFiles.write(staging.resolve(RECORD), record(app, Optional.of(sha256)));
        Inventory.write(staging, files);
        AtomicFiles.syncTree(staging);
        Path target = home.resolve(Long.toString(app.versionCode()));
        if (Files.exists(target)) {
            // The same version code with other content, such as a developer's rebuild.
            target = home.resolve(app.versionCode() + "-" + sha256.substring(0, 8));
            AtomicFiles.deleteTree(target);
        }
        AtomicFiles.move(staging, target);
        AtomicFiles.syncParent(home);
    }

    @Override
    public void activate(String bundle, String sha256) throws IOException {
        Path home = root.resolve(bundle);
        Path version = find(home, sha256);
        if (version == null) {
            throw new IOException("expected `" + bundle + "` with sha256 `" + sha256 + "` to be staged, found none");
        }
        Path current = home.resolve(CURRENT);
        Optional<String> altered = Inventory.altered(version);
        if (altered.isPresent()) {
            if (Files.exists(current) && current.toRealPath().equals(version.toRealPath())) {
                distrust(bundle);
            } else {
                AtomicFiles.deleteTree(version);
            }
            throw new AlteredException(altered.get());
        }
        if (!Files.exists(current)) {
            Files.deleteIfExists(home.resolve(PREVIOUS));
        } else if (!current.toRealPath().equals(version.toRealPath())) {
            link(home, PREVIOUS, current.toRealPath().getFileName());
        }
        link(home, CURRENT, version.getFileName());
    }

    @Override
    public void distrust(String bundle) throws IOException {
        Path version = root.resolve(bundle).resolve(CURRENT).toRealPath();
        Installed app = read(version);
        if (app != null) {
            AtomicFiles.write(version.resolve(RECORD), record(app.app(), Optional.empty()));
        }
    }

    @Override
    public Optional<String> problem(String bundle) throws IOException {
        Path current = root.resolve(bundle).resolve(CURRENT);
        if (read(current) == null) {
            return Optional.of("the app's record cannot be read");
        }
        if (!Files.isRegularFile(current.resolve("module.json"), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of("`module.json` is missing");
        }
        return Optional.empty();
    }

    @Override
    public void revert(String bundle) throws IOException {
        Path home = root.resolve(bundle);
        Path previous = home.resolve(PREVIOUS);
        if (Files.exists(previous)) {
            link(home, CURRENT, previous.toRealPath().getFileName());
            commit(bundle);
        } else {
            remove(bundle);
        }
    }

    @Override
    public void commit(String bundle) throws IOException {
        Path home = root.resolve(bundle);
        Path current = home.resolve(CURRENT).toRealPath();
        Files.deleteIfExists(home.resolve(PREVIOUS));
        for (Path entry : list(home)) {
            if (!name(entry).equals(CURRENT) && !name(entry).equals(name(current))) {
                AtomicFiles.deleteTree(entry);
            }
        }
    }

    @Override
    public void remove(String bundle) throws IOException {
        Path home = root.resolve(bundle);
        if (Files.exists(home)) {
            Path gone = root.resolve(REMOVED + bundle);
            AtomicFiles.deleteTree(gone);
            AtomicFiles.move(home, gone);
            AtomicFiles.deleteTree(gone);
        }
    }

    @Override
    public Optional<Path> location(String bundle) throws IOException {
        Path current = root.resolve(bundle).resolve(CURRENT);
        return Files.exists(current) ? Optional.of(current.toRealPath()) : Optional.empty();
    }

    private static void link(Path home, String name, Path target) throws IOException {
        Path temporary = home.resolve("." + name + ".tmp");
        Files.deleteIfExists(temporary);
        Files.createSymbolicLink(temporary, target);
        AtomicFiles.move(temporary, home.resolve(name));
    }

    private static @Nullable Path find(Path home, String sha256) throws IOException {
        for (Path version : list(home)) {
            if (!name(version).startsWith(".") && Files.isDirectory(version, LinkOption.NOFOLLOW_LINKS)) {
                Installed app = read(version);
                if (app != null && app.sha256().equals(Optional.of(sha256))) {
                    return version;
                }
            }
        }
        return null;
    }

    private static @Nullable Installed read(Path version) {
        Path file = version.resolve(RECORD);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            JsonObject json = SealedJson.read(Files.readAllBytes(file));
            return new Installed(
                    new AppPackage(
                            json.string("bundle"),
                            json.number("versionCode"),
                            json.string("versionName"),
                            json.strings("permissions")),
                    json.optionalString("sha256"));
        } catch (ProtocolException | IOException e) {
            return null; // damaged: as good as not there, and fetched anew if the document asks for it
        }
    }

    private static byte[] record(AppPackage app, Optional<String> sha256) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("bundle", app.bundle());
        map.put("versionCode", app.versionCode());
        map.put("versionName", app.versionName());
        map.put("permissions", app.permissions());
        sha256.ifPresent(value -> map.put("sha256", value));
        return SealedJson.write(map);
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
