package dev.muster.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The secrets of a running product, and where in its logs one of them stands. */
final class Secrets {
    /** Whatever looks like one, known or not. */
    private static final Map<String, Pattern> FORMS = Map.of(
            "a token of the identity provider", Pattern.compile("eyJ[A-Za-z0-9_-]{12,}\\.eyJ[A-Za-z0-9_-]{12,}\\."),
            "an API token", Pattern.compile("\\bmst\\.[a-z0-9-]+\\.[0-9a-f]+\\.[A-Za-z0-9_-]{20,}"),
            "an enrolment token", Pattern.compile("\\b[a-z0-9-]+\\.[0-9a-f]{12}\\.[A-Za-z0-9_-]{32}\\b"),
            "a private key", Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----"));

    private static final Pattern PRIVATE =
            Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+?)-----END");

    private final Map<String, String> known = new LinkedHashMap<>();

    /** A secret by what it is. */
    void add(String what, String secret) {
        // Shorter ones stand in a log by chance.
        if (secret.length() >= 8) {
            known.put(secret, what);
        }
    }

    /** All that the product keeps in its data directory. */
    void addAllBelow(Path data) throws IOException {
        for (String line : Files.readAllLines(data.resolve("secrets.properties"))) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                add(
                        "`" + line.substring(0, equals).strip() + "`",
                        line.substring(equals + 1).strip());
            }
        }
        for (Path file : filesBelow(data, ".pem", ".key")) {
            Matcher key = PRIVATE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (key.find()) {
                String body = key.group(1).strip();
                add(
                        "the key in " + file.getFileName(),
                        body.lines().reduce((one, two) -> two).orElse(body));
                add("the key in " + file.getFileName(), body.lines().findFirst().orElse(body));
            }
        }
    }

    int count() {
        return known.size();
    }

    /** Every line of every log below {@code folders} that holds one, without the secret. */
    List<String> foundIn(List<Path> folders) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path folder : folders) {
            for (Path file : filesBelow(folder, ".log", ".out", ".txt")) {
                int number = 0;
                for (String line : Files.readString(file, StandardCharsets.ISO_8859_1)
                        .lines()
                        .toList()) {
                    number++;
                    for (String what : heldBy(line)) {
                        found.add(what + " in " + file + ", line " + number);
                    }
                }
            }
        }
        return found;
    }

    List<String> heldBy(String line) {
        List<String> held = new ArrayList<>();
        known.forEach((secret, what) -> {
            if (line.contains(secret)) {
                held.add(what);
            }
        });
        FORMS.forEach((what, form) -> {
            if (form.matcher(line).find()) {
                held.add("what looks like " + what);
            }
        });
        return held;
    }

    private static List<Path> filesBelow(Path folder, String... ends) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file ->
                            Stream.of(ends).anyMatch(end -> file.toString().endsWith(end)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
