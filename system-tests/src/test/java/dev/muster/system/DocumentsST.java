package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every link of the documents leads somewhere, and they can be made a site. */
class DocumentsST {
    private static final Path HOME = Product.home();
    private static final Set<String> NOT_OURS = Set.of("node_modules", "target", "dist", "data", ".git");
    private static final Pattern CODE = Pattern.compile("^```.*?^```|`[^`\n]*`", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)|(?:src|srcset)=\"([^\"]+)\"");
    private static final Pattern TITLE = Pattern.compile("^#{1,6} +(.+)$", Pattern.MULTILINE);

    private final Map<Path, Set<String>> titles = new HashMap<>();

    @Test
    void noLinkLeadsNowhere() throws IOException {
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            Matcher link = LINK.matcher(CODE.matcher(Files.readString(document)).replaceAll(""));
            while (link.find()) {
                String to = link.group(1) == null ? link.group(2) : link.group(1);
                links++;
                if (!to.matches("(https?|mailto):.*|/.*") && !leadsSomewhere(document, to)) {
                    dead.add(HOME.relativize(document) + ": " + to);
                }
            }
        }
        assertThat(links).isGreaterThan(200);
        assertThat(dead).isEmpty();
    }

    private boolean leadsSomewhere(Path from, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path to = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]).normalize();
        if (!Files.exists(to)) {
            return false;
        }
        return parts.length == 1 || !to.toString().endsWith(".md") || titles(to).contains(parts[1]);
    }

    private Set<String> titles(Path document) throws IOException {
        Set<String> known = titles.get(document);
        if (known == null) {
            known = new HashSet<>();
            Matcher title = TITLE.matcher(Files.readString(document));
            while (title.find()) {
                // As GitHub makes them.
                known.add(title.group(1)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'));
            }
            titles.put(document, known);
        }
        return known;
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.find(
                HOME, 12, (path, attributes) -> path.toString().endsWith(".md") && isOurs(HOME.relativize(path)))) {
            return files.sorted().toList();
        }
    }

    private static boolean isOurs(Path path) {
        for (Path part : path) {
            if (NOT_OURS.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }

    @Test
    void theyCanBeMadeASite(@TempDir Path folder) throws IOException {
        assumeTrue(
                Command.run(Map.of(), Duration.ofMinutes(1), List.of("sh", "-c", "command -v npm"))
                                .exit()
                        == 0,
                "there is no Node.js here");

        Command.run(
                        Map.of(),
                        Duration.ofMinutes(10),
                        List.of(HOME.resolve("muster").toString(), "docs", "--to", folder.toString()))
                .mustSucceed();

        assertThat(folder.resolve("index.html")).content().contains("Twenty minutes");
        assertThat(folder.resolve("docs/reference/cli/devices.html")).content().contains("muster devices list");
    }
}
