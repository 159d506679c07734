package dev.muster.agent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel's files say of power, as boards, laptops and machines in racks write them. */
class LinuxPowerTest {
    @TempDir
    Path supplies;

    @Test
    void aMachineThatListsNothingIsOnMains() {
        assertThat(LinuxPower.read(supplies.resolve("missing"))).isEqualTo(Power.MAINS);
        assertThat(LinuxPower.read(supplies)).isEqualTo(Power.MAINS);
    }

    @Test
    void aLaptopIsFedWhileItsPlugIsIn() throws IOException {
        supply("AC", Map.of("type", "Mains", "online", "1"));
        supply("BAT0", Map.of("type", "Battery", "status", "Charging", "capacity", "41"));
        assertThat(LinuxPower.read(supplies)).isEqualTo(new Power(true, Optional.of(41)));

        supply("AC", Map.of("type", "Mains", "online", "0"));
        supply("BAT0", Map.of("type", "Battery", "status", "Discharging", "capacity", "40"));

        assertThat(LinuxPower.read(supplies)).isEqualTo(Power.battery(Optional.of(40)));
    }

    @Test
    void whereNoPlugIsListedTheBatteryTells() throws IOException {
        supply("battery", Map.of("type", "Battery", "status", "Not charging", "capacity", "100"));
        assertThat(LinuxPower.read(supplies)).isEqualTo(new Power(true, Optional.of(100)));

        supply("battery", Map.of("type", "Battery", "status", "Unknown"));

        assertThat(LinuxPower.read(supplies)).as("in doubt on battery").isEqualTo(Power.battery(Optional.empty()));
    }

    @Test
    void theBatteryOfAMouseIsNotTheMachines() throws IOException {
        supply("hidpp_0", Map.of("type", "Battery", "scope", "Device", "status", "Discharging", "capacity", "5"));

        assertThat(LinuxPower.read(supplies)).isEqualTo(Power.MAINS);
    }

    @Test
    void ofTwoBatteriesTheFullerOneCountsAndAnEmptyBayNot() throws IOException {
        supply("BAT0", Map.of("type", "Battery", "status", "Discharging", "capacity", "7"));
        supply("BAT1", Map.of("type", "Battery", "status", "Discharging", "capacity", "80"));
        supply("BAT2", Map.of("type", "Battery", "present", "0", "capacity", "99"));

        assertThat(LinuxPower.read(supplies)).isEqualTo(Power.battery(Optional.of(80)));
    }

    private void supply(String name, Map<String, String> files) throws IOException {
        Path supply = supplies.resolve(name);
        AtomicFiles.deleteTree(supply);
        Files.createDirectories(supply);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(supply.resolve(file.getKey()), file.getValue() + "\n");
        }
    }
}
