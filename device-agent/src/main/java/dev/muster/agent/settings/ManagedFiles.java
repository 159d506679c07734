package dev.muster.agent.settings;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.StateStore;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The files that settings put on the device, all below one root: {@code files} as they are named, {@code ntp.servers} as
 * {@code ntp/servers.conf}. What is no longer named is removed if we made it; anything else there is left alone.
 * INVARIANT (below the root): no name leads out of it, and no symbolic link on the way is followed. One thread.
 */
public final class ManagedFiles {
    static final int MAX_FILES = 64;
    static final String NTP = "ntp/servers.conf";

    private static final String SEGMENT = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    private final Path root;
    private final StateStore store;
    private Map<String, String> stamps = Map.of();

    /** Below {@code root}, which is made when the first file is; {@code store} remembers which are ours. */
    public ManagedFiles(Path root, StateStore store) {
        this.root = root;
        this.store = store;
    }

    /** What one file must be: permissions as in {@code 0644}. */
    private record Wanted(String content, String mode) {
        byte[] bytes() {
            return content.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Throws a {@link ProtocolException} that names the place if the document asks for files that cannot be. */
    public static void check(JsonObject settings) {
        wanted(settings);
    }

    /** Whether a file is not as {@link #apply} left it, as far as its stamp shows; cheap, for every second. */
    public boolean mayHaveChanged() {
        return !stamps.equals(stamps(stamps.keySet()));
    }

    /** Where the files are that {@link #apply} made. */
    Set<Path> directories() {
        return stamps.keySet().stream()
                .map(name -> place(name).resolveSibling(""))
                .collect(Collectors.toSet());
    }

    private Map<String, String> stamps(Set<String> names) {
        Map<String, String> found = new TreeMap<>();
        for (String name : names) {
            try {
                var attributes =
                        Files.readAttributes(place(name), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                found.put(
                        name,
                        attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey() + " "
                                + attributes.permissions());
            } catch (IOException e) {
                found.put(name, "");
            }
        }
        return found;
    }

    /** Makes every file what the document says; gives the names of those that were something else. */
    public List<String> apply(JsonObject settings) throws IOException {
        Map<String, Wanted> wanted = wanted(settings);
        Set<String> ours = ours();
        Set<String> all = new TreeSet<>(ours);
        all.addAll(wanted.keySet());
        if (!all.equals(ours)) {
            remember(all);
        }
        List<String> changed = new ArrayList<>();
        for (Map.Entry<String, Wanted> file : wanted.entrySet()) {
            if (make(file.getKey(), file.getValue())) {
                changed.add(file.getKey());
            }
        }
        for (String name : all) {
            if (!wanted.containsKey(name) && Files.deleteIfExists(place(name))) {
                changed.add(name);
            }
        }
        if (!all.equals(wanted.keySet())) {
            remember(wanted.keySet());
        }
        stamps = stamps(wanted.keySet());
        return changed;
    }

    private boolean make(String name, Wanted wanted) throws IOException {
        Path file = place(name);
        var mode = PosixFilePermissions.fromString(letters(wanted.mode()));
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == wanted.bytes().length
                && Arrays.equals(Files.readAllBytes(file), wanted.bytes())
                && Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                        .equals(mode)) {
            return false;
        }
        directories(file.resolveSibling(""));
        AtomicFiles.write(file, wanted.bytes());
        Files.setPosixFilePermissions(file, mode);
        return true;
    }

    // One by one, so that a link somebody put on the way is seen.
    private void directories(Path directory) throws IOException {
        Path at = root;
        Files.createDirectories(at);
        for (Path step : root.relativize(directory)) {
            at = at.resolve(step);
            if (step.toString().isEmpty() || Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            Files.deleteIfExists(at);
            Files.createDirectory(at);
        }
    }

    private Path place(String name) {
        return root.resolve(name);
    }

    private Set<String> ours() throws IOException {
        return store.read()
                .map(bytes ->
                        (Set<String>) new TreeSet<>(JsonObject.parse(bytes).strings("files")))
                .orElseGet(TreeSet::new);
    }

    private void remember(Set<String> names) throws IOException {
        store.write(JsonObject.write(Map.of("files", List.copyOf(names))));
    }

    private static Map<String, Wanted> wanted(JsonObject settings) {
        Map<String, Wanted> wanted = new TreeMap<>();
        settings.optionalObject("files")
                .ifPresent(files -> files.members().keySet().forEach(name -> {
                    if (!name.matches(SEGMENT + "(/" + SEGMENT + "){0,7}")) {
                        throw new ProtocolException(
                                "expected a relative path of plain names at `files`, found `" + name + "`");
                    }
                    JsonObject file = files.object(name);
                    String mode = file.optionalString("mode").orElse("0644");
                    if (!mode.matches("0[0-7]{3}")) {
                        throw new ProtocolException(
                                "expected a mode such as 0644 at `files." + name + "`, found `" + mode + "`");
                    }
                    wanted.put(name, new Wanted(file.string("content"), mode));
                }));
        settings.optionalObject("ntp").ifPresent(ntp -> {
            StringBuilder text = new StringBuilder();
            for (String server : ntp.strings("servers")) {
                if (!server.matches("[A-Za-z0-9][A-Za-z0-9.:-]{0,252}")) {
                    throw new ProtocolException("expected host names at `ntp.servers`, found `" + server + "`");
                }
                text.append("server ").append(server).append(" iburst\n");
            }
            wanted.put(NTP, new Wanted(text.toString(), "0644"));
        });
        if (wanted.size() > MAX_FILES) {
            throw new ProtocolException("expected at most " + MAX_FILES + " files, found " + wanted.size());
        }
        for (String name : wanted.keySet()) {
            for (String other : wanted.keySet()) {
                if (other.startsWith(name + "/")) {
                    throw new ProtocolException("expected a file or a folder at `files`, found both of `" + name + "`");
                }
            }
        }
        return wanted;
    }

    private static String letters(String mode) {
        StringBuilder letters = new StringBuilder();
        for (char digit : mode.substring(1).toCharArray()) {
            int bits = digit - '0';
            letters.append((bits & 4) != 0 ? 'r' : '-')
                    .append((bits & 2) != 0 ? 'w' : '-')
                    .append((bits & 1) != 0 ? 'x' : '-');
        }
        return letters.toString();
    }
}
