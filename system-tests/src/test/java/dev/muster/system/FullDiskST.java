package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} where the disk is too small, and where it fills up on the way. Skipped where nothing may be mounted. */
class FullDiskST {
    private static final int ENOUGH_MB = 1100;

    @TempDir
    Path folder;

    @Test
    void aFullDiskIsSaidInOneLineWithAnExitCodeAndOnceThereIsRoomTheSameCommandGoesOn() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 100);
                Product product = new Product(disk.folder().resolve("data"), Product.freePortBase())) {
            Command tooSmall = product.up("--empty");

            assertThat(tooSmall.exit()).isEqualTo(7);
            assertThat(tooSmall.out())
                    .contains("MiB of free space, starting needs 1000 MiB; nothing was changed")
                    .doesNotContain("Exception");
            assertThat(product.processes()).isEmpty();

            disk.resize(ENOUGH_MB);
            Command filling = product.upWhile("muster: starting in", disk::fill, "--empty");

            assertThat(filling.exit()).as(filling.out()).isEqualTo(7);
            assertThat(filling.out())
                    // What a program wrote and took away again when it failed is free by now.
                    .containsPattern(
                            "the disk is full \\([0-9]+ MiB free\\); free some space and start again, nothing is lost")
                    .doesNotContain("Exception");
            assertThat(product.processes()).isEmpty();

            disk.free();
            product.login(product.up("--empty").mustSucceed());

            assertThat(product.items("devices", "list")).isEmpty();
            assertThat(product.status().exit()).isZero();
        }
    }
}
