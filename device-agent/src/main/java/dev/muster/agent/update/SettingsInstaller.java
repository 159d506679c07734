package dev.muster.agent.update;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The settings document: a JSON object in one file, the one before beside it. */
public final class SettingsInstaller implements Installer {
    private static final long MAX_BYTES = 1 << 20;

    private final Path file;
    private final Path previous;
    private final Downloads downloads;

    public SettingsInstaller(Path file, Downloads downloads) {
        this.file = file;
        this.previous = file.resolveSibling("settings.previous.json");
        this.downloads = downloads;
    }

    @Override
    public Optional<String> inForce() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void admit(DesiredTarget target) throws IOException {
        if (target.length() > MAX_BYTES) {
            throw new RefusedException(
                    Reasons.SETTINGS_INVALID, "expected at most 1 MiB of settings, found " + target.length());
        }
        downloads.requireRoom(target, 2);
    }

    @Override
    public FileChannel open(DesiredTarget target) throws IOException {
        return downloads.open(target);
    }

    @Override
    public void check(DesiredTarget target) throws IOException {
        try {
            JsonObject.parse(Files.readAllBytes(downloads.file(target)));
        } catch (ProtocolException e) {
            throw new RefusedException(Reasons.SETTINGS_INVALID, "settings: " + e.getMessage());
        }
    }

    @Override
    public void activate(DesiredTarget target) throws IOException {
        if (Files.exists(file)) {
            AtomicFiles.write(previous, Files.readAllBytes(file));
        }
        AtomicFiles.write(file, Files.readAllBytes(downloads.file(target)));
    }

    @Override
    public Standing standing(DesiredTarget target) throws IOException {
        return inForce().equals(Optional.of(target.sha256())) ? Standing.RUNNING : Standing.NOT_SWITCHED;
    }

    @Override
    public Optional<String> problem(DesiredTarget target) {
        return Optional.empty();
    }

    @Override
    public void commit(DesiredTarget target) {
        // The one before stays for a look by people; it is small.
    }

    @Override
    public void revert(DesiredTarget target) throws IOException {
        if (Files.exists(previous)) {
            AtomicFiles.write(file, Files.readAllBytes(previous));
        } else {
            remove();
        }
    }

    @Override
    public void remove() throws IOException {
        if (Files.deleteIfExists(file)) {
            AtomicFiles.syncParent(file);
        }
    }

    @Override
    public void discard(DesiredTarget target) throws IOException {
        downloads.discard(target);
    }
}
