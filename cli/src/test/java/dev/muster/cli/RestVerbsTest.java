package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the REST API is a verb. The operations are those of the authorization matrix, which a test of the control
 * plane holds to the OpenAPI document; what verbs ask for is read from their sources: every {@code Url.of(..)} with the method of
 * {@code Api} around it.
 */
class RestVerbsTest {
    private static final Path MATRIX = Path.of("../control-plane/src/test/resources/authorization-matrix.txt");
    private static final Path SOURCES = Path.of("src/main/java");
    private static final String ANY = "*";

    /** Operations without a verb, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "POST /sessions/back-channel-logout", "the OpenID provider alone asks for it, with a token that it signed",
            "GET /stream", "tells the console's pages what to read anew; verbs have --watch",
            "GET /policy/schema", "`muster policy schema` prints it without a server");

    private static final Map<String, Set<String>> METHODS = Map.ofEntries(
            Map.entry("get", Set.of("GET")),
            Map.entry("getDated", Set.of("GET")),
            Map.entry("text", Set.of("GET")),
            Map.entry("lines", Set.of("GET")),
            Map.entry("stream", Set.of("GET")),
            Map.entry("download", Set.of("GET", "POST")),
            Map.entry("post", Set.of("POST")),
            Map.entry("postLines", Set.of("POST")),
            Map.entry("upload", Set.of("POST")),
            Map.entry("append", Set.of("PATCH")),
            Map.entry("patch", Set.of("PATCH")),
            Map.entry("put", Set.of("PUT")),
            Map.entry("delete", Set.of("DELETE")));

    // What stands between the method and the address: such as `paging.on(`.
    private static final Pattern AROUND =
            Pattern.compile("\\.\\s*(" + String.join("|", METHODS.keySet()) + ")\\(\\s*(?:[A-Za-z.]*\\(\\s*)*$");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern CONSTANT = Pattern.compile("String ([A-Z_]+) = \"([^\"]*)\";");

    /** What one place in the sources asks for; {@link #ANY} stands for what is only known when it runs. */
    private record Asked(Set<String> methods, List<String> segments, String source) {
        boolean is(String method, List<String> operation) {
            if (!methods.contains(method) || operation.size() != segments.size()) {
                return false;
            }
            boolean named = false;
            for (int i = 0; i < segments.size(); i++) {
                String segment = operation.get(i);
                if (segments.get(i).equals(segment)) {
                    named = true;
                } else if (!segments.get(i).equals(ANY)
                        || (!segment.startsWith("{") && !source.contains("\"" + segment + "\""))) {
                    return false;
                }
            }
            return named;
        }
    }

    @Test
    void everyOperationIsAVerbOrAReasonedException() throws IOException {
        List<Asked> asked = asked();
        Set<String> without = new TreeSet<>();
        List<String> operations = operations();
        for (String operation : operations) {
            String[] parts = operation.split(" ", 2);
            List<String> segments = Arrays.asList(parts[1].substring(1).split("/", -1));
            if (asked.stream().noneMatch(one -> one.is(parts[0], segments))) {
                without.add(operation);
            }
        }

        assertThat(operations).hasSizeGreaterThan(200);
        assertThat(without).isEqualTo(new TreeSet<>(EXCEPTIONS.keySet()));
    }

    private static List<String> operations() throws IOException {
        return Files.readAllLines(MATRIX).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.strip().split("\\s+", 3))
                .map(columns -> columns[0] + " " + columns[1])
                .toList();
    }

    private static List<Asked> asked() throws IOException {
        List<Asked> asked = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                int at = source.indexOf("Url.of(");
                while (at >= 0) {
                    int begin = at + "Url.of(".length();
                    asked.add(new Asked(methods(source, at), segments(source, begin), source));
                    at = source.indexOf("Url.of(", begin);
                }
            }
        }
        return asked;
    }

    /** Of the call that the address stands in; of all calls in the file where it is handed on. */
    private static Set<String> methods(String source, int at) {
        Matcher around = AROUND.matcher(source.substring(Math.max(0, at - 300), at));
        if (around.find()) {
            return METHODS.getOrDefault(around.group(1), Set.of());
        }
        Set<String> methods = new TreeSet<>();
        METHODS.forEach((name, known) -> {
            if (Pattern.compile("[aA]pi(\\(\\))?\\s*\\.\\s*" + name + "\\(")
                    .matcher(source)
                    .find()) {
                methods.addAll(known);
            }
        });
        return methods;
    }

    private static List<String> segments(String source, int begin) {
        List<String> segments = new ArrayList<>();
        StringBuilder one = new StringBuilder();
        int depth = 0;
        for (int i = begin; i < source.length(); i++) {
            char found = source.charAt(i);
            if (depth == 0 && (found == ',' || found == ')')) {
                segments.add(segment(source, one.toString().strip()));
                one.setLength(0);
                if (found == ')') {
                    return segments;
                }
                continue;
            }
            depth += found == '(' ? 1 : found == ')' ? -1 : 0;
            one.append(found);
        }
        throw new IllegalStateException("an address without an end");
    }

    private static String segment(String source, String text) {
        Matcher word = WORD.matcher(text);
        return word.matches() ? word.group(1) : constant(source, text).orElse(ANY);
    }

    private static Optional<String> constant(String source, String name) {
        return CONSTANT.matcher(source)
                .results()
                .filter(found -> found.group(1).equals(name))
                .map(found -> found.group(2))
                .findFirst();
    }
}
