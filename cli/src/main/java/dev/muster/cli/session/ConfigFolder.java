package dev.muster.cli.session;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

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
        try {
            Object server = JSON.std.mapFrom(Files.readString(file())).get("server");
            return Optional.ofNullable(server).map(Object::toString);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void rememberServer(String server) {
        try {
            Files.createDirectories(path);
            Files.writeString(file(), JSON.std.asString(Map.of("server", server)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file() {
        return path.resolve("config.json");
    }
}
