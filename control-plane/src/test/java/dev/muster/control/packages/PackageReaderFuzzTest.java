package dev.muster.control.packages;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * Whatever bytes a package has: it is read, or refused with {@link PackageRefused}.
 */
class PackageReaderFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) throws IOException {
        read(bytes);
    }

    static void read(byte[] bytes) throws IOException {
        Path directory = Files.createTempDirectory("fuzz");
        Path file = directory.resolve("package.hap");
        try {
            new PackageReader(new KnownRoots(List.of()), false, Clock.systemUTC(), directory)
                    .read(Files.write(file, bytes));
        } catch (PackageRefused refused) {
            return;
        } finally {
            Files.delete(file);
            Files.delete(directory);
        }
    }
}
