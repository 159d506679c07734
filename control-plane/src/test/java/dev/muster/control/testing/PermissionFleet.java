package dev.muster.control.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.trust.uptane.VerifiedTarget;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Devices with a tag that get policies, and say what they make of them. */
public final class PermissionFleet implements AutoCloseable {
    /** How long something may take that crosses servers. */
    public static final Duration SOON = Duration.ofSeconds(60);

    /** What a plain platform can do. */
    public static final PermissionReport.Traits LINUX = new PermissionReport.Traits("linux", false, false);

    /** A release build of OpenHarmony without Muster's helper. */
    public static final PermissionReport.Traits OPENHARMONY = new PermissionReport.Traits("openharmony", false, false);

    private static final TargetName POLICY = new TargetName.Policy();

    private final int port;
    private final CertificateAuthority authority;
    private final KafkaClients kafka;
    private final Path directory;
    private final String tag;
    private final List<FleetDevice> devices = new ArrayList<>();

    /** Devices of one test, told apart by their tag. */
    public PermissionFleet(int port, CertificateAuthority authority, KafkaClients kafka, Path directory, String tag) {
        this.port = port;
        this.authority = authority;
        this.kafka = kafka;
        this.directory = directory;
        this.tag = tag;
    }

    /** Enrols a device. */
    public FleetDevice enrol(String name) throws Exception {
        TestDevice device = new TestDevice(URI.create("https://localhost:" + port), authority.root());
        assertThat(device.enrol(FleetApi.enrolmentToken(tag), name).statusCode())
                .isEqualTo(200);
        FleetDevice enrolled = new FleetDevice(device, kafka, directory.resolve(name));
        devices.add(enrolled);
        return enrolled;
    }

    /** An app that requests permissions. */
    public static InstalledApp app(String bundle, String... permissions) {
        return new InstalledApp(bundle, 1, "1.0", Optional.empty(), "normal", List.of(permissions));
    }

    /** A role and a binding of it to one bundle on the devices of the tag. */
    public void bind(String name, String bundle, String... permissions) {
        put("""
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: %1$s}
                spec:
                  permissions: [%3$s]
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: %1$s}
                spec:
                  roles: [%1$s]
                  apps: {bundles: [%2$s]}
                  devices: {tags: [%4$s]}
                """.formatted(name, bundle, String.join(", ", permissions), tag));
    }

    /** Puts documents into the draft. */
    public static void put(String yaml) {
        FleetApi.policy(yaml).put("/api/v1/policy/documents").then().statusCode(200);
    }

    /** Publishes the draft for the devices of the tag in one wave; answers the version. */
    public long publish() {
        return FleetApi.postJson(
                        "/policy/publish",
                        "{\"comment\":\"test\",\"selector\":\"tag==" + tag
                                + "\",\"waves\":[{\"name\":\"all\",\"percent\":100}]}")
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("version");
    }

    /** Waits until the device is to hold the version, and says that it does. */
    public VerifiedTarget hold(FleetDevice device, long version) {
        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.target(POLICY)
                            .map(target -> TargetCustom.fromCustom(target.file().custom())
                                    .version()))
                    .contains(Long.toString(version));
        });
        device.commit();
        await().atMost(SOON)
                .untilAsserted(() -> FleetApi.get("/devices/" + device.ref().device())
                        .body("policyVersion", equalTo(Long.toString(version)))
                        .body("inSync", equalTo(true)));
        return device.target(POLICY).orElseThrow();
    }

    /** What a device says of its permissions. */
    public static PermissionReport says(
            long version,
            VerifiedTarget held,
            PermissionReport.Traits traits,
            List<PermissionReport.Level> levels,
            PermissionReport.Drift... drifts) {
        return new PermissionReport(
                version,
                Optional.of(held.file().sha256()),
                Optional.empty(),
                Optional.empty(),
                PermissionReport.LEASE_HOLDS,
                Optional.of(Clock.systemUTC().instant().plus(Duration.ofDays(90))),
                traits,
                levels,
                List.of(drifts),
                0);
    }

    /** A drift of the main instance of an app. */
    public static PermissionReport.Drift drift(
            String bundle, String permission, boolean wanted, String level, long repeats) {
        return new PermissionReport.Drift(
                bundle,
                100,
                0,
                permission,
                wanted,
                !wanted,
                level,
                Clock.systemUTC().instant(),
                repeats,
                repeats >= 3);
    }

    @Override
    public void close() {
        devices.forEach(FleetDevice::close);
    }
}
