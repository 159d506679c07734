package dev.muster.cli.support;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/** The end of the log of a server of this machine, started by {@code muster up}. */
final class ServerLog {
    /** So much is read from the end, however long the lines are. */
    private static final int MOST_BYTES = 4 << 20;

    private ServerLog() {}

    /** Its last lines without secrets; empty where no server was ever started in {@code data}, or its log cannot be read. */
    static Optional<String> tail(Path data, int lines) throws IOException {
        Path log = data.resolve("log").resolve("server.log");
        if (lines <= 0 || !Files.isReadable(log)) {
            return Optional.empty();
        }
        Scrubber scrubber = new Scrubber(secrets(data));
        List<String> all = end(log).lines().toList();
        return Optional.of(all.stream()
                .skip(Math.max(0, all.size() - lines))
                .map(scrubber::scrub)
                .collect(Collectors.joining("\n", "", "\n")));
    }

    private static String end(Path log) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - MOST_BYTES);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            // The first line may have lost its beginning, and with it what tells a secret.
            return from == 0 ? text : text.substring(text.indexOf('\n') + 1);
        }
    }

    /** What {@code up} made and keeps: known by name, so that no form has to guess. */
    private static List<String> secrets(Path data) throws IOException {
        List<String> found = new ArrayList<>();
        for (String name : List.of("secrets.properties", "server/application.properties")) {
            Path file = data.resolve(name);
            if (Files.isReadable(file)) {
                Properties values = new Properties();
                values.load(new StringReader(Files.readString(file)));
                boolean all = name.startsWith("secrets");
                values.stringPropertyNames().stream()
                        .filter(key -> all || key.contains("password") || key.contains("secret"))
                        .forEach(key -> found.add(values.getProperty(key)));
            }
        }
        return found;
    }
}
