package dev.muster.cli.token;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The login for one server, in a file only its owner can read: {@code <config>/tokens/<server>.json}. A file others can
 * read is refused. Replaced atomically, so that two verbs at once never see half of it.
 */
public final class TokenFile {
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Path file;

    public TokenFile(Path configFolder, URI server) {
        String name = (server.getScheme() + "-" + server.getRawAuthority()).replaceAll("[^A-Za-z0-9.-]", "_");
        this.file = configFolder.resolve("tokens").resolve(name + ".json");
    }

    /** The kept login; empty if there is none. */
    public Optional<Tokens> read() {
        try {
            refuseOpenFile();
            Map<String, Object> json = JSON.std.mapFrom(Files.readString(file));
            if (json.get("accessToken") instanceof String access && json.get("expiresAt") instanceof String expires) {
                Optional<String> refresh =
                        Optional.ofNullable(json.get("refreshToken")).map(Object::toString);
                return Optional.of(new Tokens(access, Instant.parse(expires), refresh));
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | java.time.DateTimeException e) {
            throw new CliException(
                    ExitCode.NOT_LOGGED_IN,
                    "cannot read the login in `" + file + "`; log in again with `muster login`",
                    e);
        }
    }

    /** Keeps {@code tokens} instead of what was there. */
    public void write(Tokens tokens) {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("accessToken", tokens.accessToken());
        json.put("expiresAt", tokens.expiresAt().toString());
        tokens.refreshToken().ifPresent(token -> json.put("refreshToken", token));
        try {
            Path folder = file.getParent();
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_FOLDER));
            Path fresh =
                    Files.createTempFile(folder, "token", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_FILE));
            Files.write(fresh, JSON.std.asString(json).getBytes(StandardCharsets.UTF_8));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Does {@code work} while no other verb does such work for this server: a refresh token is good once, and a provider takes a
     * second use for theft.
     */
    public <T> T alone(Supplier<T> work) {
        try {
            Path lock = file.resolveSibling(file.getFileName() + ".lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                FileLock held = channel.lock();
                T done = work.get();
                held.release();
                return done;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets the login. */
    public void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refuseOpenFile() throws IOException {
        Set<PosixFilePermission> actual = Files.getPosixFilePermissions(file);
        if (!OWNER_FILE.containsAll(actual)) {
            throw new CliException(
                    ExitCode.NOT_LOGGED_IN,
                    "expected only you to be able to read `" + file + "`, found "
                            + PosixFilePermissions.toString(actual) + "; run `muster logout` and log in again");
        }
    }
}
