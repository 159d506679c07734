package dev.muster.control.ota;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.control.packages.KnownRoots;
import dev.muster.control.packages.PackageRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Whatever bytes a file has: it is no OTA package, a sound one, or refused with {@link PackageRefused}. */
class OtaReaderFuzzTest {
    private final OtaReader reader = new OtaReader(new KnownRoots(List.of()), false, Clock.systemUTC());

    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".ota");
        try {
            reader.read(Files.write(file, bytes));
        } catch (PackageRefused refused) {
            return;
        } finally {
            Files.delete(file);
        }
    }
}
