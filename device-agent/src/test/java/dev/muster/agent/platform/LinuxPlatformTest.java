package dev.muster.agent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.muster.agent.config.StateDir;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxPlatformTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    @TempDir
    Path folder;

    private Path system = Path.of("unset");
    private LinuxPlatform platform;

    @BeforeEach
    void aMachine() throws IOException {
        system = folder.resolve("system");
        write(
                "proc/meminfo",
                "MemTotal:        1000000 kB\nMemFree:          200000 kB\nMemAvailable:     750000 kB\n");
        write("proc/uptime", "12345.67 23456.78\n");
        write("proc/stat", "cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 100 0 100 700 100 0 0 0 0 0\n");
        platform = new LinuxPlatform(
                new StateDir(folder.resolve("state")).create(), system, InstantSource.fixed(NOW), System::nanoTime);
    }

    @Test
    void readsWhatTheKernelTellsAndTheLoadOnlyOnceThereIsSomethingToCompareWith() throws IOException {
        Map<String, Object> first = values(platform.sample(NOW));
        // 300 ticks later, 75 of them busy.
        write("proc/stat", "cpu  150 0 125 900 125 0 0 0 0 0\n");

        Map<String, Object> second = values(platform.sample(NOW));

        assertThat(first)
                .contains(entry("memory.used", 0.25), entry("uptime.seconds", 12345L))
                .containsKey("disk.used")
                .doesNotContainKey("cpu.load");
        assertThat(second).contains(entry("cpu.load", 0.25));
    }

    @Test
    void leavesOutWhatTheKernelDoesNotTell() throws IOException {
        write("proc/meminfo", "MemTotal: many\n");
        write("proc/stat", "nothing\n");
        Files.delete(system.resolve("proc/uptime"));

        assertThat(values(platform.sample(NOW))).containsOnlyKeys("disk.used");
    }

    @Test
    void aMachineWithoutRaucAndSystemdHasNoSlotsAndIsNotRestarted() throws IOException {
        assertThat(platform.slots()).isEmpty();
        assertThat(platform.facts()).containsEntry("slots", "0").doesNotContainKey("slots.manager");
        assertThat(platform.mayRestart()).isFalse();
        assertThat(platform.reboot("command")).isFalse();
        assertThat(platform.restartApp("com.example.pump")).isFalse();
    }

    @Test
    void raucWithAConfigurationBringsSlotsAndSystemdRestarts() throws IOException {
        program("rauc", "exit 1");
        program("systemctl", "echo \"$@\" > " + folder.resolve("asked"));
        write("etc/rauc/system.conf", "[system]\n");
        Files.createDirectories(system.resolve("run/systemd/system"));

        LinuxPlatform whole = new LinuxPlatform(
                new StateDir(folder.resolve("state")).create(), system, InstantSource.fixed(NOW), System::nanoTime);

        assertThat(whole.slots()).isPresent();
        assertThat(whole.facts()).containsEntry("slots", "2").containsEntry("slots.manager", "rauc");
        assertThat(whole.mayRestart()).isTrue();
        assertThat(whole.reboot("update")).isTrue();
        assertThat(folder.resolve("asked")).hasContent("--no-ask-password reboot");
    }

    @Test
    void aRestartThatPolkitRefusesIsNone() throws IOException {
        program("systemctl", "echo 'Call to Reboot failed: Access denied' >&2; exit 1");
        Files.createDirectories(system.resolve("run/systemd/system"));

        assertThat(platform.reboot("command")).isFalse();
    }

    private void program(String name, String script) throws IOException {
        write("usr/bin/" + name, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(
                system.resolve("usr/bin").resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Map<String, Object> values(List<Sample> samples) {
        return samples.stream().collect(Collectors.toMap(Sample::name, Sample::value));
    }

    private void write(String path, String text) throws IOException {
        Path file = system.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
