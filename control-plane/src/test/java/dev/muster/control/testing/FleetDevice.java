package dev.muster.control.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.kafka.KafkaClients;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import dev.muster.protocol.upload.UploadRequest;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MetadataFetcher;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.uptane.DesiredStateVerifier;
import dev.muster.trust.uptane.DeviceRules;
import dev.muster.trust.uptane.TargetIdentity;
import dev.muster.trust.uptane.TargetKind;
import dev.muster.trust.uptane.VerifiedDesiredState;
import dev.muster.trust.uptane.VerifiedTarget;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What an agent is to the control plane: really enrolled, verifying real metadata over the device port, reporting through
 * real Kafka. What it "does" with a target is up to the test.
 */
public final class FleetDevice implements AutoCloseable {
    private static final String HARDWARE = "test-board";

    private final TestDevice device;
    private final KafkaClients kafka;
    private final DesiredStateVerifier verifier;
    private VerifiedDesiredState state;

    /** An enrolled device; {@code directory} keeps its trusted metadata. */
    public FleetDevice(TestDevice device, KafkaClients kafka, Path directory) {
        this.device = device;
        this.kafka = kafka;
        this.verifier = new DesiredStateVerifier(
                directory, fetcher("director"), fetcher("images"), Clock.systemUTC(), Limits.DEFAULT, new Rules());
        this.verifier.initialise(
                device.identity().directorRoot().getBytes(StandardCharsets.UTF_8),
                device.identity().imagesRoot().getBytes(StandardCharsets.UTF_8));
        this.state = verifier.refresh();
    }

    /** Its name. */
    public DeviceRef ref() {
        return device.identity().device();
    }

    /** The certificate it got when it enrolled. */
    public X509Certificate certificate() throws GeneralSecurityException {
        return device.certificate();
    }

    /** Fetches and verifies what it must be. */
    public VerifiedDesiredState refresh() {
        state = verifier.refresh();
        return state;
    }

    /** The generation that was verified last. */
    public long generation() {
        return DirectorCustom.fromCustom(state.custom()).generation();
    }

    /** When the document that was verified last was signed, if it says so. */
    public Optional<Instant> signedAt() {
        return DirectorCustom.fromCustom(state.custom()).signedAt();
    }

    /** The target of a name in what was verified last. */
    public Optional<VerifiedTarget> target(TargetName name) {
        return state.targets().stream()
                .filter(target -> target.identity().name().equals(name.text()))
                .findFirst();
    }

    /** The bytes behind a hash, as the device port answers. */
    public HttpResponse<byte[]> fetch(String sha256, String... headers) throws IOException, InterruptedException {
        return device.get("/device/v1/targets/" + sha256, headers);
    }

    /** What the device port answers, with optional headers, name and value in turn. */
    public HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return device.get(path, headers);
    }

    /** Its side of TLS, for connections that a test makes itself. */
    public SSLContext tls() throws GeneralSecurityException, IOException {
        return device.tls();
    }

    /** The windows in which it may switch, as the device port tells. */
    public byte[] leases() throws IOException, InterruptedException {
        return device.get("/device/v1/install-leases").body();
    }

    /** Refreshes, then reports every target of its desired state in the same state. */
    public void report(ConditionState condition, String reason, String message) {
        report(reportOf(condition, reason, message));
    }

    /** Refreshes; the report that says the same state of every target of its desired state. */
    public ReportedState reportOf(ConditionState condition, String reason, String message) {
        refresh();
        List<TargetCondition> conditions = state.targets().stream()
                .map(target -> {
                    TargetCustom custom = TargetCustom.fromCustom(target.file().custom());
                    return new TargetCondition(
                            custom.name(),
                            condition,
                            Clock.systemUTC().instant(),
                            condition == ConditionState.OFFERED ? 0 : 100,
                            reason,
                            message,
                            custom.version(),
                            Optional.of(target.file().sha256()));
                })
                .toList();
        return new ReportedState(generation(), Map.of("os.version", "12"), conditions);
    }

    /** Sends a report as the gateway would. */
    public void report(ReportedState report) {
        try {
            kafka.producer()
                    .send(new ProducerRecord<>(kafka.topics().reported(), ref().key(), report.toJson()))
                    .get();
        } catch (Exception e) {
            throw new IllegalStateException("cannot report", e);
        }
    }

    /** Reports that every target is in force. */
    public void commit() {
        report(ConditionState.COMMITTED, "", "");
    }

    /** Sends a signed manifest with these apps. */
    public HttpResponse<byte[]> manifest(InstalledApp... apps) throws Exception {
        return device.send("PUT", "/device/v1/manifest", signed(ref(), apps));
    }

    /** Sends a signed manifest that says which image it runs. */
    public HttpResponse<byte[]> runs(String imageSha256, String version, long length) throws Exception {
        VersionManifest manifest = new VersionManifest(
                ref(),
                Clock.systemUTC().instant(),
                generation(),
                HARDWARE,
                Optional.of(new VersionManifest.InstalledImage(version, imageSha256, length, "a")),
                List.of(),
                List.of());
        return sendManifest(
                SignedManifest.sign(manifest, device.keys().getPrivate()).toJson());
    }

    /** What the image repository has at a path below {@code delta/}. */
    public Optional<TargetFile> delta(String path) {
        return verifier.delta(path);
    }

    /** Sends a signed manifest with these apps, and what the device says of its permissions. */
    public HttpResponse<byte[]> manifest(PermissionReport permissions, InstalledApp... apps) throws Exception {
        VersionManifest manifest = new VersionManifest(
                ref(),
                Clock.systemUTC().instant(),
                generation(),
                HARDWARE,
                Optional.empty(),
                List.of(apps),
                List.of(),
                Optional.of(permissions));
        return device.send(
                "PUT",
                "/device/v1/manifest",
                SignedManifest.sign(manifest, device.keys().getPrivate()).toJson());
    }

    /** Sends a manifest as it is. */
    public HttpResponse<byte[]> sendManifest(byte[] signed) throws IOException, InterruptedException {
        return device.send("PUT", "/device/v1/manifest", signed);
    }

    /** Connects or goes, as the gateway would tell it. */
    public void presence(boolean online, long epoch) {
        Presence presence = new Presence(online, epoch, Clock.systemUTC().instant(), "test-gateway", "");
        send(kafka.topics().presence(), presence.toJson());
    }

    /** Answers a command as the gateway would pass it on. */
    public void answer(CommandAnswer answer) {
        send(kafka.topics().commandAnswers(), answer.toJson());
    }

    /** Asks what the device's end of remote help asks, with a body. */
    public HttpResponse<byte[]> help(String path, byte[] json) throws IOException, InterruptedException {
        return device.send("POST", "/device/v1/help/" + path, json);
    }

    /** The same without one. */
    public HttpResponse<byte[]> help(String path) throws IOException, InterruptedException {
        return device.get("/device/v1/help/" + path);
    }

    /** Announces an upload. */
    public HttpResponse<byte[]> announce(UploadRequest request) throws IOException, InterruptedException {
        return device.post("/device/v1/uploads", request.toJson());
    }

    /** Sends a piece of an upload with the {@code Content-Range} as it is. */
    public HttpResponse<byte[]> piece(String upload, byte[] piece, String range)
            throws IOException, InterruptedException {
        return device.put("/device/v1/uploads/" + upload, piece, "Content-Range", range);
    }

    private void send(String topic, byte[] payload) {
        try {
            kafka.producer()
                    .send(new ProducerRecord<>(topic, ref().key(), payload))
                    .get();
        } catch (Exception e) {
            throw new IllegalStateException("cannot send to `" + topic + "`", e);
        }
    }

    /** Sends an event as the gateway would. */
    public void event(DeviceEvent event) {
        try {
            kafka.producer()
                    .send(new ProducerRecord<>(kafka.topics().events(), ref().key(), event.toJson()))
                    .get();
        } catch (Exception e) {
            throw new IllegalStateException("cannot send an event", e);
        }
    }

    /** Sends a manifest that names another device, signed with this device's key. */
    public HttpResponse<byte[]> manifestOf(DeviceRef other) throws Exception {
        return device.send("PUT", "/device/v1/manifest", signed(other));
    }

    private byte[] signed(DeviceRef named, InstalledApp... apps) throws Exception {
        Instant now = Clock.systemUTC().instant();
        VersionManifest manifest = new VersionManifest(
                named,
                now,
                generation(),
                HARDWARE,
                Optional.of(new VersionManifest.InstalledImage("1.0.0", "0".repeat(64), 4096, "a")),
                List.of(apps),
                List.of());
        return SignedManifest.sign(manifest, device.keys().getPrivate()).toJson();
    }

    @Override
    public void close() {
        device.close();
    }

    private MetadataFetcher fetcher(String repository) {
        return (fileName, maxLength) -> {
            try {
                HttpResponse<byte[]> answer = device.get("/device/v1/" + repository + "/" + fileName);
                if (answer.statusCode() == 404) {
                    return Optional.empty();
                }
                assertThat(answer.statusCode())
                        .as("%s/%s: %s", repository, fileName, new String(answer.body(), StandardCharsets.UTF_8))
                        .isEqualTo(200);
                return Optional.of(answer.body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        };
    }

    private final class Rules implements DeviceRules {
        @Override
        public boolean namesThisDevice(Map<String, ?> documentCustom) {
            return DirectorCustom.fromCustom(documentCustom).device().equals(ref());
        }

        @Override
        public TargetIdentity identity(Map<String, ?> targetCustom) {
            TargetCustom custom = TargetCustom.fromCustom(targetCustom);
            TargetKind kind =
                    switch (custom.name()) {
                        case TargetName.Image image -> TargetKind.IMAGE;
                        case TargetName.App app -> TargetKind.APP;
                        case TargetName.Policy policy -> TargetKind.POLICY;
                        case TargetName.Capabilities capabilities -> TargetKind.POLICY;
                        case TargetName.PolicyShadow shadow -> TargetKind.POLICY;
                        case TargetName.Settings settings -> TargetKind.SETTINGS;
                    };
            return new TargetIdentity(kind, custom.name().text(), custom.hardware(), custom.releaseCounter());
        }

        @Override
        public boolean fits(String hardware) {
            return TargetCustom.fits(hardware, HARDWARE);
        }

        @Override
        public long committedReleaseCounter(String name) {
            return 0;
        }
    }
}
