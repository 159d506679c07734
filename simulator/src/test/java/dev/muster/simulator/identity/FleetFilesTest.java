package dev.muster.simulator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.identity.DeviceRef;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetFilesTest {
    private final Path folder;

    FleetFilesTest(@TempDir Path temporary) {
        this.folder = temporary.resolve("state");
    }

    @Test
    void keepsDevicesInOneFilePerThousandForTheirOwnerOnly() throws IOException {
        try (FleetFiles files = new FleetFiles(folder)) {
            for (int index : new int[] {0, 1, 999, 1_000, 2_500}) {
                files.add(identity(index));
            }
            files.save(new Fleet(URI.create("https://localhost:7401"), "localhost:7402", "", "ca", "{}"));
        }

        try (FleetFiles files = new FleetFiles(folder)) {
            Map<Integer, Identity> read = files.read(3_000);
            assertThat(read).containsOnlyKeys(0, 1, 999, 1_000, 2_500);
            assertThat(read.get(1_000)).usingRecursiveComparison().isEqualTo(identity(1_000));
            assertThat(files.read(1_000)).containsOnlyKeys(0, 1, 999);
            assertThat(files.fleet()).get().extracting(Fleet::mqtt).isEqualTo("localhost:7402");
        }
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all.toList()).hasSize(5).allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void losesOnlyTheDeviceWhoseRecordWasTorn() throws IOException {
        try (FleetFiles files = new FleetFiles(folder)) {
            files.add(identity(0));
            files.add(identity(1));
        }
        Path file = folder.resolve("devices-00000.bin");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 7), StandardOpenOption.TRUNCATE_EXISTING);

        try (FleetFiles files = new FleetFiles(folder)) {
            assertThat(files.read(10)).containsOnlyKeys(0);
            files.add(identity(1));
            files.add(identity(2));
            assertThat(files.read(10)).containsOnlyKeys(0, 1, 2);
        }
    }

    @Test
    void belongsToOneSimulatorAtATime() throws IOException {
        try (FleetFiles first = new FleetFiles(folder)) {
            assertThat(first.fleet()).isEmpty();

            assertThatThrownBy(() -> new FleetFiles(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another simulator uses");
        }
    }

    private static Identity identity(int index) {
        byte[] key = new byte[140];
        Arrays.fill(key, (byte) index);
        byte[] certificate = new byte[600];
        Arrays.fill(certificate, (byte) (index + 1));
        return new Identity(index, DeviceRef.of("default", "simulated-" + index), key, certificate);
    }
}
