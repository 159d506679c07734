package dev.muster.standalone.images;

import dev.muster.standalone.dist.Architecture;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The C library and what else the loader asks for, taken from a system's files: all that is below a Java runtime.
 *
 * @param files where they lie, by their path in the image
 * @param loader the path that programs name for it, without the slash in front
 */
record SystemLibraries(SortedMap<String, Path> files, String loader) {
    /** Loaded by glibc itself when it is asked for names of hosts, where it is older than 2.34; and when a thread ends. */
    private static final List<String> WHERE_THERE =
            List.of("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2", "libgcc_s.so.1");

    /**
     * What {@code natives} need.
     *
     * @param natives by name; what they need of one another is theirs
     * @param root of the system that has the libraries
     */
    static SystemLibraries below(Map<String, Elf> natives, Architecture architecture, Path root) throws IOException {
        Deque<Map.Entry<String, String>> wanted = new ArrayDeque<>();
        natives.forEach((name, elf) -> elf.needed().forEach(one -> wanted.add(Map.entry(one, name))));
        for (String name : WHERE_THERE) {
            if (find(name, architecture, root).isPresent()) {
                wanted.add(Map.entry(name, "the C library"));
            }
        }
        SortedMap<String, Path> files = new TreeMap<>();
        Map<String, String> known = new TreeMap<>();
        while (!wanted.isEmpty()) {
            Map.Entry<String, String> one = wanted.remove();
            if (natives.containsKey(one.getKey()) || known.putIfAbsent(one.getKey(), one.getValue()) != null) {
                continue;
            }
            Path file = find(one.getKey(), architecture, root)
                    .orElseThrow(() -> new StandaloneException(
                            ExitCode.FAILED,
                            "expected `" + one.getKey() + "` for " + architecture.word() + " below `" + root
                                    + "`, because `" + one.getValue() + "` needs it; found none"));
            add(file, root, files, wanted);
        }
        String loader = natives.values().stream()
                .flatMap(elf -> elf.interpreter().stream())
                .findFirst()
                .orElseThrow(
                        () -> new StandaloneException(ExitCode.FAILED, "expected programs in the runtime, found none"));
        return new SystemLibraries(files, merged(loader.substring(1)));
    }

    private static void add(Path file, Path root, Map<String, Path> files, Deque<Map.Entry<String, String>> wanted)
            throws IOException {
        Path place = root.toRealPath().relativize(file.resolveSibling("").toRealPath());
        files.put(merged(place + "/" + file.getFileName()), file);
        Elf.read(Files.readAllBytes(file)).ifPresent(elf -> elf.needed()
                .forEach(one -> wanted.add(Map.entry(one, file.getFileName().toString()))));
    }

    private static Optional<Path> find(String name, Architecture architecture, Path root) throws IOException {
        String triplet = architecture.word() + "-linux-gnu";
        for (String folder : List.of("usr/lib/" + triplet, "lib/" + triplet, "usr/lib64", "lib64", "usr/lib", "lib")) {
            Path file = root.resolve(folder).resolve(name);
            if (Files.isRegularFile(file)
                    && Elf.read(Files.readAllBytes(file))
                            .filter(elf -> elf.architecture() == architecture)
                            .isPresent()) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** Libraries lie below {@code usr}, as in every system of today; the old places are links. */
    private static String merged(String path) {
        return path.startsWith("lib") ? "usr/" + path : path;
    }

    /** Puts them into a layer, where programs look for them. */
    void addTo(LayerFiles layer) {
        files.forEach(layer::file);
        layer.link("lib", "usr/lib").link("lib64", "usr/lib64").folder("usr/lib64", 0755, 0);
        if (!files.containsKey(loader)) {
            String name = loader.substring(loader.lastIndexOf('/') + 1);
            files.keySet().stream()
                    .filter(path -> path.endsWith("/" + name))
                    .findFirst()
                    .ifPresent(path -> layer.link(loader, "/" + path));
        }
    }
}
