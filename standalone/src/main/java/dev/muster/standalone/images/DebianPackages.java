package dev.muster.standalone.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which packages of Debian files come from, as its own records say (deb-control(5), {@code dpkg/info/*.list}). */
final class DebianPackages {
    private static final String RECORDS = "var/lib/dpkg";

    private DebianPackages() {}

    /**
     * A package that is installed.
     *
     * @param stanza what dpkg's status says of it
     */
    record Installed(String name, String version, String architecture, String stanza) {}

    /** Of {@code files}, paths below {@code root}; empty where {@code root} has no such records. */
    static SortedMap<String, Installed> of(Path root, Collection<String> files) throws IOException {
        SortedMap<String, Installed> found = new TreeMap<>();
        if (!Files.isDirectory(root.resolve(RECORDS + "/info"))) {
            return found;
        }
        // dpkg lists a file where its package has it; /lib is a link to /usr/lib by now.
        Set<String> wanted = files.stream()
                .flatMap(file -> Stream.of("/" + file, "/" + file.replaceFirst("^usr/", "")))
                .collect(Collectors.toSet());
        Set<String> owners = new TreeSet<>();
        try (Stream<Path> lists = Files.list(root.resolve(RECORDS + "/info"))) {
            for (Path list : (Iterable<Path>) lists.filter(one -> one.toString().endsWith(".list"))::iterator) {
                if (Files.readAllLines(list, StandardCharsets.UTF_8).stream().anyMatch(wanted::contains)) {
                    owners.add(list.getFileName().toString().replaceFirst("\\.list$", ""));
                }
            }
        }
        for (String stanza : Files.readString(root.resolve(RECORDS + "/status")).split("\n\n+", -1)) {
            Map<String, String> fields = fields(stanza);
            String name = fields.getOrDefault("Package", "");
            String architecture = fields.getOrDefault("Architecture", "");
            if (owners.contains(name) || owners.contains(name + ":" + architecture)) {
                found.put(
                        name,
                        new Installed(name, fields.getOrDefault("Version", ""), architecture, stanza.strip() + "\n"));
            }
        }
        return found;
    }

    /** {@code os-release} of {@code root}, by which scanners know whose packages these are. */
    static Optional<Path> release(Path root) {
        return Stream.of("etc/os-release", "usr/lib/os-release")
                .map(root::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    static Map<String, String> fields(String stanza) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : List.of(stanza.split("\n", -1))) {
            int colon = line.indexOf(": ");
            if (colon > 0 && !line.startsWith(" ")) {
                fields.put(line.substring(0, colon), line.substring(colon + 2).strip());
            }
        }
        return fields;
    }
}
