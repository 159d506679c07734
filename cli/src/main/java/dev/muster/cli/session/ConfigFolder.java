package dev.muster.cli.session;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** {@code $MUSTER_CONFIG_DIR}, else {@code $XDG_CONFIG_HOME/muster}, else {@code ~/.config/muster}. */
record ConfigFolder(Path path) {

    static ConfigFolder of(Map<String, String> environment) {
        String own = environment.get("MUSTER_CONFIG_DIR");
        if (own != null) {
            return new ConfigFolder(Path.of(own));
        }
        String xdg = environment.get("XDG_CONFIG_HOME");
        Path base = xdg != null && !xdg.isEmpty()
                ? Path.of(xdg)
                : Path.of(environment.getOrDefault("HOME", "."), ".config");
        return new ConfigFolder(base.resolve("muster"));
    }

    /** The server of the last login. */
    Optional<String> server() {
        return Optional.ofNullable(read().get("server")).map(Object::toString);
    }

    void rememberServer(String server) {
        change(config -> config.put("server", server));
    }

    /** Contexts by name. */
    Map<String, Context> contexts() {
        Map<String, Context> all = new TreeMap<>();
        if (read().get("contexts") instanceof Map<?, ?> kept) {
            kept.forEach((name, members) -> {
                if (members instanceof Map<?, ?> map) {
                    all.put(name.toString(), Context.of(map));
                }
            });
        }
        return all;
    }

    /** The name of the context in use. */
    Optional<String> current() {
        return Optional.ofNullable(read().get("context")).map(Object::toString);
    }

    void keep(String name, Context context) {
        Map<String, Context> all = contexts();
        all.put(name, context);
        write(all);
    }

    /** Empty: none is in use from now on. */
    void use(Optional<String> name) {
        change(config -> {
            if (name.isPresent()) {
                config.put("context", name.get());
            } else {
                config.remove("context");
            }
        });
    }

    void forget(String name) {
        Map<String, Context> all = contexts();
        all.remove(name);
        write(all);
        if (current().equals(Optional.of(name))) {
            use(Optional.empty());
        }
    }

    private void write(Map<String, Context> all) {
        Map<String, Object> kept = new TreeMap<>();
        all.forEach((name, context) -> kept.put(name, context.toMap()));
        change(config -> config.put("contexts", kept));
    }

    private Map<String, Object> read() {
        try {
            return JSON.std.mapFrom(Files.readString(file()));
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED, "cannot read `" + file() + "`: expected a JSON object; mend or delete it", e);
        }
    }

    private void change(Consumer<Map<String, Object>> edit) {
        Map<String, Object> config = new LinkedHashMap<>(read());
        edit.accept(config);
        try {
            Files.createDirectories(path);
            Path partial = Files.createTempFile(path, "config", ".json");
            Files.writeString(partial, JSON.std.asString(config));
            Files.move(partial, file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file() {
        return path.resolve("config.json");
    }
}
