package dev.muster.control.reported;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportedServiceTest {
    private static final Instant NOW = Instant.parse("2026-11-25T08:00:00Z");
    private static final InstalledApp APP =
            new InstalledApp("com.busy", 1, "1.0", Optional.empty(), "normal", List.of("ohos.permission.CAMERA"));

    @Test
    void aProcessMoreIsTheSameInventory() {
        assertThat(ReportedService.sameInventory(
                        manifest(APP.withProcesses(Optional.of(1L))), manifest(APP.withProcesses(Optional.of(2L)))))
                .isTrue();
        assertThat(ReportedService.sameInventory(manifest(APP), manifest(APP.withProcesses(Optional.of(0L)))))
                .isTrue();
    }

    @Test
    void anotherVersionOrPermissionIsAnother() {
        InstalledApp newer = new InstalledApp("com.busy", 2, "1.1", Optional.empty(), "normal", APP.permissions());
        InstalledApp asking = new InstalledApp("com.busy", 1, "1.0", Optional.empty(), "normal", List.of());

        assertThat(ReportedService.sameInventory(manifest(APP), manifest(newer)))
                .isFalse();
        assertThat(ReportedService.sameInventory(manifest(APP), manifest(asking)))
                .isFalse();
        assertThat(ReportedService.sameInventory(manifest(APP), manifest(APP, newer)))
                .isFalse();
    }

    private static VersionManifest manifest(InstalledApp... apps) {
        return new VersionManifest(
                DeviceRef.of("default", "busy-1"), NOW, 1, "board", Optional.empty(), List.of(apps), List.of());
    }
}
