package dev.muster.agent.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A file that a device cannot do without and that hardly ever changes, such as its identity: kept twice, so that one bad
 * block does not cost a journey to a mine. The twin {@code <name>.twin} begins with the SHA-256 of what follows and is
 * written first; where it is whole, it counts. Not thread-safe.
 */
public final class TwinFile {
    private static final int DIGEST_CHARS = 64;

    private final Path file;
    private final Path twin;
    private final List<String> problems = new ArrayList<>();
    private boolean alone;

    /** {@code file}, which need not be there, and its twin beside it. */
    public TwinFile(Path file) {
        this.file = file;
        this.twin = file.resolveSibling(file.getFileName() + ".twin");
    }

    /** Replaces both; a power cut leaves the old content or the new. */
    public void write(byte[] content) throws IOException {
        byte[] digest = (sha256(content) + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] both = Arrays.copyOf(digest, digest.length + content.length);
        System.arraycopy(content, 0, both, digest.length, content.length);
        AtomicFiles.write(twin, both);
        AtomicFiles.write(file, content);
    }

    /**
     * The content, or empty before the first write; puts right the one of both that is damaged.
     *
     * @throws IOException if the disk gives back neither
     */
    public Optional<byte[]> read() throws IOException {
        if (!Files.exists(file) && !Files.exists(twin)) {
            return Optional.empty();
        }
        Optional<byte[]> good = twin();
        if (good.isEmpty()) {
            // Written by an agent that kept one only, or the twin is gone: nothing vouches for it but its reader.
            alone = true;
            return Optional.of(Files.readAllBytes(file));
        }
        if (!Arrays.equals(good.get(), main())) {
            problems.add("`" + file + "` was damaged; its twin is used and the file is put right");
            try {
                AtomicFiles.write(file, good.get());
            } catch (IOException e) {
                problems.add("`" + file + "` cannot be put right: " + e.getMessage());
            }
        }
        return good;
    }

    /** Whether the last reading had the file alone, so that a reader who finds it good should {@link #write} it. */
    public boolean isAlone() {
        return alone;
    }

    /** What was wrong at the last reading; each line names its file. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private byte[] main() {
        try {
            return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private Optional<byte[]> twin() {
        if (!Files.exists(twin)) {
            return Optional.empty();
        }
        try {
            byte[] both = Files.readAllBytes(twin);
            if (both.length > DIGEST_CHARS) {
                byte[] content = Arrays.copyOfRange(both, DIGEST_CHARS + 1, both.length);
                String digest = new String(both, 0, DIGEST_CHARS, StandardCharsets.US_ASCII);
                if (both[DIGEST_CHARS] == '\n' && digest.equals(sha256(content))) {
                    return Optional.of(content);
                }
            }
            problems.add("`" + twin + "` is not used: it was damaged");
        } catch (IOException e) {
            problems.add("`" + twin + "` cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
