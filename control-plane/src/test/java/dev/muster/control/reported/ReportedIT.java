package dev.muster.control.reported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PermissionFleet;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class ReportedIT {
    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

    @Inject
    ReportedService service;

    @Inject
    TenantTransactions transactions;

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    KafkaClients kafka;

    @TempDir
    Path directory;

    @Test
    void aReportAndAManifestAtOnceLoseNothingOfEachOther() throws Exception {
        try (PermissionFleet fleet = new PermissionFleet(server.port(), authority, kafka, directory, "at-once")) {
            FleetDevice enrolled = fleet.enrol("at-once-1");
            DeviceRef device = enrolled.ref();
            X509Certificate certificate = enrolled.certificate();
            service.accept(device.tenant(), Map.of(device.device(), report(1, List.of())), Map.of());

            CompletableFuture<Void> both = transactions.in(TenantId.DEFAULT, handle -> {
                // Both get as far as they can while nobody can write what lists show.
                handle.createQuery("select 1 from device_summary where device = :device for update")
                        .bind("device", device.device())
                        .mapTo(Integer.class)
                        .one();
                CompletableFuture<Void> report = beside(() -> service.accept(
                        device.tenant(), Map.of(device.device(), report(2, List.of(policy("7")))), Map.of()));
                waiting(1);
                CompletableFuture<Void> manifest =
                        beside(() -> service.accept(manifest(device), new ManifestProof("{}", certificate)));
                waiting(2);
                return CompletableFuture.allOf(report, manifest);
            });
            both.join();

            FleetApi.get("/devices/at-once-1")
                    .body("policyVersion", equalTo("7"))
                    .body("image.version", equalTo("3.0.0"))
                    .body("reportedGeneration", equalTo(2));
        }
    }

    @Test
    void whatADeviceHasNotSaidYetIsNoContentAndADeviceThatIsNotThereNotFound() throws Exception {
        try (PermissionFleet fleet = new PermissionFleet(server.port(), authority, kafka, directory, "silent")) {
            DeviceRef device = fleet.enrol("silent-1").ref();
            FleetApi.get("/devices/silent-1/reported").statusCode(204);
            FleetApi.get("/devices/silent-1/manifest").statusCode(204);
            FleetApi.get("/devices/silent-2/reported").statusCode(404);
            FleetApi.get("/devices/silent-2/manifest").statusCode(404);

            service.accept(device.tenant(), Map.of(device.device(), report(1, List.of())), Map.of());

            FleetApi.get("/devices/silent-1/reported").statusCode(200).body("generation", equalTo(1));
            FleetApi.get("/devices/silent-1/manifest").statusCode(204);
        }
    }

    private static CompletableFuture<Void> beside(Runnable work) {
        return CompletableFuture.runAsync(work, Thread::startVirtualThread);
    }

    /** Waits until so many sessions of this database wait for a lock. */
    private void waiting(int sessions) {
        await().atMost(ONE_MINUTE)
                .untilAsserted(() -> assertThat(transactions.<Integer>in(TenantId.DEFAULT, handle -> handle.createQuery(
                                        "select count(distinct pid) from pg_locks where not granted")
                                .mapTo(Integer.class)
                                .one()))
                        .isGreaterThanOrEqualTo(sessions));
    }

    private static ReportedState report(long generation, List<TargetCondition> targets) {
        return new ReportedState(generation, Map.of(), targets);
    }

    private static TargetCondition policy(String version) {
        return new TargetCondition(
                new TargetName.Policy(), ConditionState.COMMITTED, NOW, 100, "", "", version, Optional.empty());
    }

    private static VersionManifest manifest(DeviceRef device) {
        return new VersionManifest(
                device,
                NOW,
                2,
                "test-board",
                Optional.of(new VersionManifest.InstalledImage("3.0.0", "a".repeat(64), 1, "a")),
                List.of(),
                List.of(),
                Optional.empty());
    }
}
