package dev.muster.agent.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFactsTest {
    @TempDir
    Path root;

    @Test
    void aRaspberryPiTellsItsBoardFromTheDeviceTree() throws IOException {
        Map<String, String> facts = facts(Tree.raspberryPi(root));

        assertThat(facts)
                .containsEntry("os.id", "debian")
                .containsEntry("os.name", "Debian GNU/Linux")
                .containsEntry("os.version", "12")
                .containsEntry("kernel.version", "6.6.51+rpt-rpi-v8")
                .containsEntry("machine", "aarch64")
                .containsEntry("board.name", "Raspberry Pi 4 Model B Rev 1.4")
                .containsEntry("serial", "10000000a1b2c3d4")
                .containsEntry("cpu.count", "4")
                .containsEntry("cpu.model", "BCM2835")
                .containsEntry("memory.total", "3977601024")
                .containsEntry("host.name", "pi-17")
                .containsEntry("boot.id", "f2a9a5c2-6f3c-4a55-9f0e-3f6c7f4f0a11")
                .containsEntry("boot.time", "2026-11-18T11:06:40Z")
                .containsEntry("virtualization", "none")
                .doesNotContainKeys("board.vendor", "os.image");
    }

    @Test
    void cardsAndRadiosAreToldAndTheEndsOfContainersAreNot() throws IOException {
        Map<String, String> facts = facts(Tree.raspberryPi(root));

        assertThat(facts)
                .containsEntry("net.eth0.mac", "dc:a6:32:01:02:03")
                .containsEntry("net.eth0.addresses", "192.0.2.7,2001:db8::7")
                .containsEntry("net.wlan0.mac", "dc:a6:32:01:02:04")
                .doesNotContainKeys("net.wlan0.addresses", "net.lo.mac", "net.veth12.mac");
    }

    @Test
    void aPcTellsItsBoardFromTheFirmwareAndASerialNumberNobodyFilledInIsNone() throws IOException {
        Map<String, String> facts = facts(Tree.pc(root));

        assertThat(facts)
                .containsEntry("os.id", "ubuntu")
                .containsEntry("os.image", "2026.11")
                .containsEntry("board.vendor", "Siemens AG")
                .containsEntry("board.name", "SIMATIC IPC227E")
                .containsEntry("firmware.version", "V20.01.14")
                .containsEntry("cpu.model", "Intel(R) Celeron(R) CPU N2930 @ 1.83GHz")
                .containsEntry("serial", "fedcba9876543210fedcba9876543210")
                .containsEntry("virtualization", "none");
    }

    @Test
    void aContainerIsKnownAsOneAndHasNoSerialNumber() throws IOException {
        Map<String, String> facts = facts(Tree.container(root));

        assertThat(facts)
                .containsEntry("os.version", "3.20.3")
                .containsEntry("virtualization", "docker")
                .containsEntry("net.eth0.mac", "02:42:ac:11:00:02")
                .doesNotContainKeys("serial", "board.name", "boot.id");
    }

    @Test
    void guestsAreKnownByTheirFirmwareOrTheProcessorsFlag() throws IOException {
        Tree pc = Tree.pc(root);

        pc.with("sys/class/dmi/id/sys_vendor", "QEMU\n").with("sys/class/dmi/id/product_name", "Standard PC\n");
        assertThat(facts(pc)).containsEntry("virtualization", "qemu");

        pc.with("sys/class/dmi/id/sys_vendor", "Some Cloud\n")
                .with("proc/cpuinfo", "flags\t: fpu hypervisor lahf_lm\n");
        assertThat(facts(pc)).containsEntry("virtualization", "vm");
    }

    @Test
    void aMachineThatTellsNothingStillHasFacts() {
        assertThat(facts(new Tree(root)))
                .containsOnlyKeys("cpu.count", "machine", "os.id", "os.name", "os.version", "virtualization");
    }

    private static Map<String, String> facts(Tree tree) {
        return new LinuxFacts(
                        tree.files(), name -> name.equals("eth0") ? List.of("192.0.2.7", "2001:db8::7") : List.of())
                .read();
    }
}
