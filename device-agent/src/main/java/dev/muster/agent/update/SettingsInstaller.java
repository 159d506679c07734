package dev.muster.agent.update;

import dev.muster.agent.store.AlteredException;
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
    private final Keeper keeper;

    /** Who holds the device to what was put into force. */
    public interface Keeper {
        /** Throws a {@link ProtocolException} that names the place, if the document cannot be brought about. */
        void check(JsonObject settings);

        /** These bytes, which were verified, are the settings from now on. */
        void keep(byte[] bytes) throws IOException;

        /** There are none any more. */
        void forget() throws IOException;
    }

    public SettingsInstaller(Path file, Downloads downloads, Keeper keeper) {
        this.file = file;
        this.previous = file.resolveSibling("settings.previous.json");
        this.downloads = downloads;
        this.keeper = keeper;
    }

    @Override
    public Optional<String> inForce() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Optional.of(sha256(Files.readAllBytes(file)));
    }

    @Override
    public void admit(DesiredTarget target) throws IOException {
        if (target.length() > MAX_BYTES) {
            throw new RefusedException(
                    Reasons.SETTINGS_INVALID, "expected at most 1 MiB of settings, found " + target.length());
        }
        downloads.requireRoom(target, 2, 0);
    }

    @Override
    public FileChannel open(DesiredTarget target) throws IOException {
        return downloads.open(target);
    }

    @Override
    public void check(DesiredTarget target) throws IOException {
        try {
            keeper.check(JsonObject.parse(signedFor(target)));
        } catch (ProtocolException e) {
            throw new RefusedException(Reasons.SETTINGS_INVALID, "settings: " + e.getMessage());
        }
    }

    @Override
    public void activate(DesiredTarget target) throws IOException {
        if (Files.exists(file)) {
            AtomicFiles.write(previous, Files.readAllBytes(file));
        }
        byte[] next = signedFor(target);
        // The keeper first: whatever it keeps it also puts into the file, so a power cut in between ends in the new.
        keeper.keep(next);
        AtomicFiles.write(file, next);
    }

    @Override
    public void renew(DesiredTarget target) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (sha256(bytes).equals(target.sha256())) {
            keeper.keep(bytes);
        }
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
            keeper.keep(Files.readAllBytes(previous));
            AtomicFiles.write(file, Files.readAllBytes(previous));
        } else {
            remove();
        }
    }

    @Override
    public void remove() throws IOException {
        keeper.forget();
        if (Files.deleteIfExists(file)) {
            AtomicFiles.syncParent(file);
        }
    }

    // What is parsed and kept is what was hashed: one read, then only memory.
    private byte[] signedFor(DesiredTarget target) throws IOException {
        byte[] bytes = Files.readAllBytes(downloads.file(target));
        if (!sha256(bytes).equals(target.sha256())) {
            throw new AlteredException("the settings changed after they were checked");
        }
        return bytes;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void discard(DesiredTarget target) throws IOException {
        downloads.discard(target);
    }
}
