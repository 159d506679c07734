package dev.muster.standalone.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Configuration keys that the server knows, from its sources: its mappings ({@code @ConfigMapping}) and what it sets by itself.
 *
 * @param keys whole keys
 * @param open prefixes below which every key is one
 */
record ServerKeys(Set<String> keys, Set<String> open) {
    private static final Pattern PREFIX = Pattern.compile("@ConfigMapping\\(prefix = \"([^\"]+)\"\\)");
    private static final Pattern OURS = Pattern.compile("\\$\\{(muster\\.[\\w.-]+)");
    private static final Pattern WORD =
            Pattern.compile("\\binterface (\\w+)[^{]*\\{|([\\w.<>, ]+?) (\\w+)\\(\\);|\\{|\\}");

    private record Method(String type, String name) {}

    static ServerKeys of(Path controlPlane) throws IOException {
        ServerKeys found = new ServerKeys(new TreeSet<>(), new TreeSet<>());
        Properties own = new Properties();
        try (var reader = Files.newBufferedReader(controlPlane.resolve("src/main/resources/application.properties"))) {
            own.load(reader);
        }
        for (String name : own.stringPropertyNames()) {
            found.keys.add(name);
            // What it hands to Quarkus from a key of ours.
            OURS.matcher(own.getProperty(name)).results().forEach(ours -> found.keys.add(ours.group(1)));
        }
        try (Stream<Path> files = Files.walk(controlPlane.resolve("src/main/java"))) {
            files.filter(file -> file.toString().endsWith("Config.java")
                            || file.toString().endsWith("Port.java"))
                    .forEach(found::read);
        }
        return found;
    }

    boolean knows(String key) {
        return keys.contains(key) || open.stream().anyMatch(key::startsWith);
    }

    private void read(Path file) {
        String text;
        try {
            text = Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("@With\\w+\\([^)]*\\)", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher prefix = PREFIX.matcher(text);
        if (!prefix.find()) {
            return;
        }
        Map<String, List<Method>> interfaces = new HashMap<>();
        Optional<String> first = Optional.empty();
        List<String> within = new ArrayList<>();
        Matcher word = WORD.matcher(text.substring(prefix.end()));
        while (word.find()) {
            if (word.group(1) != null) {
                within.add(word.group(1));
                interfaces.put(word.group(1), new ArrayList<>());
                first = first.or(() -> Optional.of(word.group(1)));
            } else if (word.group(3) != null) {
                interfaces
                        .getOrDefault(within.getLast(), new ArrayList<>())
                        .add(new Method(word.group(2).strip(), word.group(3)));
            } else if (word.group().equals("{")) {
                within.add("");
            } else if (!within.isEmpty()) {
                within.removeLast();
            }
        }
        add(prefix.group(1), first.orElseThrow(), interfaces);
    }

    private void add(String prefix, String type, Map<String, List<Method>> interfaces) {
        for (Method method : interfaces.getOrDefault(type, List.of())) {
            String key =
                    prefix + "." + method.name().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            String inner = method.type().replaceAll("^Optional<(.*)>$", "$1");
            if (interfaces.containsKey(inner)) {
                add(key, inner, interfaces);
            } else if (inner.startsWith("Map<")) {
                open.add(key + ".");
            } else {
                keys.add(key);
            }
        }
    }
}
