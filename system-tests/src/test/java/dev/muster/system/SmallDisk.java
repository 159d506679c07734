package dev.muster.system;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A file system in memory of a chosen size, which a test can fill. Only root may mount one: elsewhere the test is skipped. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK = 1 << 20;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts {@code megabytes} at {@code folder}; skips the test, saying why, where that is not allowed. */
    static SmallDisk mount(Path folder, int megabytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int exit =
                run(List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "muster-test", folder.toString()));
        Assumptions.assumeTrue(
                exit == 0,
                "skipped: a full disk needs a small file system, and this user may not mount one (root may)");
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    /** Changes its size; what is on it stays. */
    void resize(int megabytes) throws IOException, InterruptedException {
        if (run(List.of("mount", "-o", "remount,size=" + megabytes + "m", folder.toString())) != 0) {
            throw new IOException("cannot give `" + folder + "` " + megabytes + " MB");
        }
    }

    /** Writes until nothing fits any more. */
    void fill() throws IOException {
        byte[] block = new byte[BLOCK];
        try (OutputStream ballast = Files.newOutputStream(folder.resolve("ballast"))) {
            while (true) {
                ballast.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    /** Takes away what {@link #fill} wrote. */
    void free() throws IOException {
        Files.deleteIfExists(folder.resolve("ballast"));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (run(List.of("umount", folder.toString())) != 0) {
            throw new IOException("cannot unmount `" + folder + "`");
        }
    }

    private static int run(List<String> words) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1; // no such program
        }
    }
}
