package dev.muster.agent.platform.openharmony;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.platform.Slots.Trial;
import dev.muster.agent.standin.StandInDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images through the updater of the system, over a stand-in of it and a file for {@code misc}. */
class UpdaterSlotsTest {
    private static final String SHA256 = "ab".repeat(32);

    @TempDir
    Path directory;

    private StandInDevice device;
    private UpdaterSlots slots;

    @BeforeEach
    void powerOn() throws IOException {
        device = new StandInDevice(directory.resolve("device"), true);
        device.board(false);
        slots = slots();
    }

    @Test
    void theUpdaterTakesThePackageAtTheNextStart() throws IOException {
        assertThat(slots.booted().version()).isEqualTo("1.0.0");
        offer("2.0.0\npayload");

        assertThat(slots.trial()).isEqualTo(Trial.ARMED);
        assertThat(slots().trial()).as("the agent alone restarted").isEqualTo(Trial.ARMED);
        reboot();

        assertThat(slots.trial()).isEqualTo(Trial.RUNNING);
        assertThat(slots.booted().sha256()).isEqualTo(SHA256);
        slots.markGood();
        reboot();
        assertThat(slots.trial()).isEqualTo(Trial.NONE);
        assertThat(slots.booted().sha256()).isEqualTo(SHA256);
    }

    @Test
    void aPackageThatTheUpdaterRefusesLeavesTheOldSystemWithItsWords() throws IOException {
        offer("2.0.0\npayload");
        device.updater().refuses();
        reboot();

        assertThat(slots.trial()).isEqualTo(Trial.GIVEN_UP);
        assertThat(slots.booted().version()).isEqualTo("1.0.0");
        assertThat(slots.whyGivenUp()).hasValueSatisfying(why -> assertThat(why).contains("verify package"));
    }

    @Test
    void aBoardWithoutAWayBackSaysSo() throws IOException {
        offer("2.0.0\npayload");
        reboot();

        assertThat(slots.canGoBack()).isFalse();
        assertThatThrownBy(slots::giveUp).hasMessageContaining("cannot go back");
        assertThat(slots.trial()).isEqualTo(Trial.RUNNING);
    }

    @Test
    void aBoardThatNamesItsBootCounterGoesBack() throws IOException {
        device.board(true);
        slots = slots();
        offer("2.0.0\npayload");
        reboot();
        assertThat(slots.canGoBack()).isTrue();

        slots.giveUp();

        assertThat(slots.trial()).isEqualTo(Trial.GIVEN_UP);
        assertThat(slots.booted().sha256()).as("still running").isEqualTo(SHA256);
        reboot();
        assertThat(slots.trial()).isEqualTo(Trial.GIVEN_UP);
        assertThat(slots.booted().version()).isEqualTo("1.0.0");
    }

    @Test
    void aCommandThatWaitsStillIsNoTrialAndCanBeTakenBack() throws IOException {
        offer("2.0.0\npayload");
        device.updater().dies();
        reboot();

        assertThat(slots.trial()).isEqualTo(Trial.ARMED);
        slots.giveUp();
        assertThat(slots.trial()).isEqualTo(Trial.NONE);
        assertThat(misc()).startsWith(new byte[32]);
    }

    @Test
    void aCutBeforeTheCommandStandsIsNoSwitch() throws IOException {
        offer("2.0.0\npayload");
        Files.write(directory.resolve("device/dev/block/by-name/misc"), new byte[4096]);
        reboot();

        assertThat(slots.trial()).isEqualTo(Trial.NONE);
        assertThat(slots.booted().version()).isEqualTo("1.0.0");
    }

    @Test
    void theRecordIsLaidOutAsTheUpdaterReadsIt() throws IOException {
        offer("2.0.0\npayload, and longer");
        byte[] misc = misc();

        assertThat(new String(misc, 0, 13, UTF_8)).isEqualTo("boot_updater\0");
        assertThat(new String(misc, 64, 768, UTF_8).trim())
                .isEqualTo("--update_package=/data/updater/muster-update.zip");
        assertThat(misc[64 + 767]).isZero();
        offer("3.0.0");
        assertThat(directory.resolve("device/data/updater/muster-update.zip")).hasContent("3.0.0");
    }

    private byte[] misc() throws IOException {
        return Files.readAllBytes(directory.resolve("device/dev/block/by-name/misc"));
    }

    private void offer(String content) throws IOException {
        byte[] bytes = content.getBytes(UTF_8);
        try (FileChannel channel = slots.openInactive(1)) {
            channel.write(ByteBuffer.wrap(bytes), 0);
        }
        slots.arm(content.substring(0, 5), SHA256, bytes.length);
    }

    private void reboot() throws IOException {
        device.run(List.of("reboot"));
        slots = slots();
    }

    private UpdaterSlots slots() throws IOException {
        Tools tools = (limit, words) -> device.run(words);
        Board board = Board.read(new Places(device.root(), directory, directory).board())
                .orElseThrow();
        return new UpdaterSlots(board, device.root(), tools, directory.resolve("updater.json"));
    }
}
