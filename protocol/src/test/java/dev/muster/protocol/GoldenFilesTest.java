package dev.muster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.alert.AlertCondition;
import dev.muster.protocol.alert.AlertLimit;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.alert.AlertRule;
import dev.muster.protocol.alert.WatchedDevice;
import dev.muster.protocol.bundle.BundleIndex;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.command.CommandReasons;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.enrol.EnrolAnswer;
import dev.muster.protocol.enrol.EnrolPending;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.enrol.FactoryProof;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.help.HelpKind;
import dev.muster.protocol.help.HelpStart;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.kafka.SessionClaim;
import dev.muster.protocol.kafka.SparkplugName;
import dev.muster.protocol.kafka.SparkplugNode;
import dev.muster.protocol.kafka.TelemetryQuota;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import dev.muster.protocol.subdevice.SubDevices;
import dev.muster.protocol.telemetry.JsonTelemetry;
import dev.muster.protocol.upload.UploadRequest;
import dev.muster.protocol.upload.UploadStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The golden files are the contract of protocol version 1: what stands there was sent by a released agent or server and
 * has to be read for ever. Never change one; add the next version beside it.
 */
class GoldenFilesTest {
    private static final Instant AT = Instant.parse("2026-11-22T08:00:00Z");
    private static final DeviceRef DEVICE = DeviceRef.of("default", "pump-7");
    private static final String HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final PermissionEvent.App EYE = PermissionEvent.App.of("com.example.camera");
    private static final PermissionEvent.Interval QUARTER = new PermissionEvent.Interval(AT, AT.plusSeconds(900));

    /** One message: its name is the file's. */
    record Message<T>(String name, T value, Function<T, byte[]> writer, Function<byte[], T> reader) {
        byte[] written() {
            return writer.apply(value);
        }

        T read(byte[] json) {
            return reader.apply(json);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Message<?>> messages() {
        return Stream.of(
                new Message<>("desired-hint", new DesiredHint(7), DesiredHint::toJson, DesiredHint::fromJson),
                new Message<>("reported-state", reported(), ReportedState::toJson, ReportedState::fromJson),
                new Message<>(
                        "command",
                        new Command("c-1", "reboot", Map.of("reason", "maintenance"), AT),
                        Command::toJson,
                        Command::fromJson),
                new Message<>(
                        "command-answer",
                        new CommandAnswer("c-1", CommandAnswer.Outcome.DONE, "ok"),
                        CommandAnswer::toJson,
                        CommandAnswer::fromJson),
                new Message<>(
                        "command-answer-reason",
                        new CommandAnswer(
                                "c-1",
                                CommandAnswer.Outcome.REJECTED,
                                "`reboot` is not on the allow-list of this device",
                                CommandReasons.NOT_ALLOWED),
                        CommandAnswer::toJson,
                        CommandAnswer::fromJson),
                new Message<>(
                        "sub-devices-report",
                        new SubDevices.Report(
                                List.of(new SubDevices.Found("press-1", "plc", "plc-s7", Map.of("serial", "S7-0042")))),
                        SubDevices.Report::toJson,
                        SubDevices.Report::fromJson),
                new Message<>(
                        "sub-devices-answer",
                        new SubDevices.Answer(List.of(new SubDevices.Known("press-1", true, 7))),
                        SubDevices.Answer::toJson,
                        SubDevices.Answer::fromJson),
                new Message<>(
                        "bundle-index",
                        new BundleIndex(
                                DEVICE.tenant(), List.of(DEVICE.device()), AT, AT.plusSeconds(604_800), 2, 4096),
                        BundleIndex::toJson,
                        BundleIndex::fromJson),
                new Message<>(
                        "help-start",
                        new HelpStart(
                                "0198c0de-0000-7000-8000-000000000000",
                                HelpKind.FORWARD,
                                "127.0.0.1:8080",
                                80,
                                24,
                                AT,
                                "ann",
                                "ticket 12"),
                        HelpStart::toJson,
                        HelpStart::fromJson),
                new Message<>(
                        "upload-request",
                        new UploadRequest("c-1", 4096, HASH),
                        UploadRequest::toJson,
                        UploadRequest::fromJson),
                new Message<>(
                        "upload-status",
                        new UploadStatus("u-1", 1024, 4096, false),
                        UploadStatus::toJson,
                        UploadStatus::fromJson),
                new Message<>(
                        "device-event",
                        new DeviceEvent("security.metadata-refused", AT, Map.of("reason", "signature")),
                        DeviceEvent::toJson,
                        DeviceEvent::fromJson),
                new Message<>(
                        "enrol-request",
                        new EnrolRequest(
                                "mt_secret",
                                "-----BEGIN CERTIFICATE REQUEST-----\n",
                                Optional.of("pump-7"),
                                "linux-x86_64",
                                Optional.of("SN-1"),
                                Map.of("os.version", "12")),
                        EnrolRequest::toJson,
                        EnrolRequest::fromJson),
                new Message<>(
                        "enrol-request-factory",
                        new EnrolRequest("", "csr", Optional.empty(), "board", Optional.empty(), Map.of())
                                .withFactory(new FactoryProof("default", "chain", "c2ln")),
                        EnrolRequest::toJson,
                        EnrolRequest::fromJson),
                new Message<>(
                        "enrol-response",
                        new EnrolResponse(DEVICE, "chain", "ca", "localhost:7402", "{}", "{}"),
                        EnrolResponse::toJson,
                        EnrolResponse::fromJson),
                new Message<>(
                        "enrol-pending",
                        new EnrolPending("sha256:00ff", Duration.ofSeconds(10), Instant.parse("2026-01-08T00:00:00Z")),
                        EnrolPending::toJson,
                        json -> (EnrolPending) EnrolAnswer.fromJson(json)),
                new Message<>("version-manifest", manifest(), VersionManifest::toJson, VersionManifest::fromJson),
                new Message<>(
                        "version-manifest-permissions",
                        manifestWithPermissions(),
                        VersionManifest::toJson,
                        VersionManifest::fromJson),
                new Message<>(
                        "target-custom",
                        new TargetCustom(
                                new TargetName.Policy(),
                                "linux-x86_64",
                                "3",
                                0,
                                Optional.of(Duration.ofDays(90)),
                                Optional.of("keep")),
                        value -> JsonObject.write(value.toCustom()),
                        json -> TargetCustom.fromCustom(JsonObject.parse(json).members())),
                new Message<>(
                        "director-custom",
                        new DirectorCustom(DEVICE, 7, List.of(new TargetName.App("com.example.camera"))),
                        value -> JsonObject.write(value.toCustom()),
                        json -> DirectorCustom.fromCustom(JsonObject.parse(json).members())),
                new Message<>(
                        "director-custom-signed-at",
                        new DirectorCustom(DEVICE, 7, List.of(), Optional.of(AT), List.of()),
                        value -> JsonObject.write(value.toCustom()),
                        json -> DirectorCustom.fromCustom(JsonObject.parse(json).members())),
                new Message<>(
                        "device-state",
                        new DeviceState(DeviceState.Status.ACTIVE, 7, 12),
                        DeviceState::toJson,
                        DeviceState::fromJson),
                new Message<>(
                        "device-state-sparkplug",
                        new DeviceState(
                                DeviceState.Status.ACTIVE, 7, 12, Optional.of(new SparkplugName("pit", "plc-4"))),
                        DeviceState::toJson,
                        DeviceState::fromJson),
                new Message<>(
                        "device-state-tenant-quota",
                        DeviceState.tenant(
                                DeviceState.Status.ACTIVE,
                                12,
                                new TelemetryQuota(Optional.of(500L), Optional.of(1_048_576L))),
                        DeviceState::toJson,
                        DeviceState::fromJson),
                new Message<>(
                        "sparkplug-node",
                        new SparkplugNode(
                                true, Optional.of(3L), Optional.of(AT), 1, 2, 0, 4, 1, List.of("fan", "pump"), 42, AT),
                        SparkplugNode::toJson,
                        SparkplugNode::fromJson),
                new Message<DownMessage>(
                        "down-rebirth", new DownMessage.Rebirth(), DownMessage::toJson, DownMessage::fromJson),
                new Message<>(
                        "session-claim",
                        new SessionClaim("gateway-1", "c-42", AT),
                        SessionClaim::toJson,
                        SessionClaim::fromJson),
                new Message<>(
                        "presence",
                        new Presence(false, 42, AT, "gateway-1", "keep-alive"),
                        Presence::toJson,
                        Presence::fromJson),
                new Message<>(
                        "alert-rule",
                        new AlertRule(
                                3,
                                new AlertCondition.Threshold("motor.temp", new AlertLimit(true, 90.5)),
                                Duration.ofMinutes(5)),
                        AlertRule::toJson,
                        AlertRule::fromJson),
                new Message<>(
                        "alert-rule-permission-use",
                        new AlertRule(
                                1,
                                new AlertCondition.PermissionUse(
                                        CAMERA, AlertCondition.Answers.DENIED, 100, Duration.ofHours(1)),
                                Duration.ZERO),
                        AlertRule::toJson,
                        AlertRule::fromJson),
                new Message<>(
                        "watched-device",
                        new WatchedDevice(4, List.of("hot-motor", "offline")),
                        WatchedDevice::toJson,
                        WatchedDevice::fromJson),
                new Message<>(
                        "alert-news",
                        new AlertNews(
                                AlertNews.id(DEVICE, "hot-motor", AT),
                                "hot-motor",
                                3,
                                AlertNews.State.FIRING,
                                AT,
                                AT.plusSeconds(300),
                                OptionalDouble.of(91.5),
                                "motor.temp"),
                        AlertNews::toJson,
                        AlertNews::fromJson),
                new Message<DownMessage>(
                        "down-desired",
                        new DownMessage.Desired(new DesiredHint(7)),
                        DownMessage::toJson,
                        DownMessage::fromJson),
                new Message<DownMessage>(
                        "down-command",
                        new DownMessage.Run(new Command("c-1", "refresh", Map.of(), AT)),
                        DownMessage::toJson,
                        DownMessage::fromJson),
                new Message<>(
                        "telemetry",
                        new JsonTelemetry(List.of(
                                new JsonTelemetry.Sample("cpu.load", 1_795_000_000_000L, 0.25),
                                new JsonTelemetry.Sample("mem.free", 1_795_000_000_000L, 1024L),
                                new JsonTelemetry.Sample("door.open", 1_795_000_000_001L, true),
                                new JsonTelemetry.Sample("mode", 1_795_000_000_001L, "auto"))),
                        JsonTelemetry::toJson,
                        JsonTelemetry::fromJson),
                event(new PermissionEvent.Usage(
                        new PermissionEvent.App("com.example.camera", 101, 1), CAMERA, QUARTER, 12, 3)),
                event(new PermissionEvent.UsageDropped(42, QUARTER)),
                event(new PermissionEvent.Shadow(EYE, CAMERA, true, false, "role", "guard-rail", 5, QUARTER, 8)),
                event(new PermissionEvent.Drift(
                        EYE, CAMERA, true, false, "enforced-by-os", 3, PermissionEvent.Drift.BACKING_OFF)),
                event(new PermissionEvent.Lease("ended-kept", 7)),
                event(new PermissionEvent.Situation(HASH, "", List.of("group/shift a, b", "zone/pit"))));
    }

    private static Message<PermissionEvent> event(PermissionEvent event) {
        return new Message<>(
                "event-" + event.kind().replace('.', '-'),
                event,
                value -> value.at(QUARTER.to()).toJson(),
                json -> PermissionEvent.read(DeviceEvent.fromJson(json)).orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void readsWhatVersionOneSent(Message<?> message) {
        assertThat((Object) message.read(golden(message))).isEqualTo(message.value());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void writesWhatVersionOneReads(Message<?> message) {
        assertThat(JsonObject.parse(message.written()).members())
                .isEqualTo(JsonObject.parse(golden(message)).members());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void ignoresMembersOfALaterVersion(Message<?> message) {
        Map<String, Object> later =
                new LinkedHashMap<>(JsonObject.parse(golden(message)).members());
        later.put("addedLater", Map.of("deep", List.of(1, 2, 3)));

        assertThat((Object) message.read(JsonObject.write(later))).isEqualTo(message.value());
    }

    private static ReportedState reported() {
        return new ReportedState(
                7,
                Map.of("os.version", "12", "api.level", "12"),
                List.of(
                        new TargetCondition(
                                new TargetName.Image(),
                                ConditionState.ROLLED_BACK,
                                AT,
                                100,
                                "HealthCheckFailed",
                                "probe `camera` failed",
                                "2.0.0",
                                Optional.of(HASH)),
                        new TargetCondition(
                                new TargetName.App("com.example.camera"),
                                ConditionState.FETCHING,
                                AT,
                                40,
                                "",
                                "",
                                "3",
                                Optional.empty())));
    }

    private static VersionManifest manifest() {
        return new VersionManifest(
                DEVICE,
                AT,
                7,
                "linux-x86_64",
                Optional.of(new VersionManifest.InstalledImage("2.0.0", HASH, 4096, "a")),
                List.of(new VersionManifest.InstalledApp(
                        "com.example.camera",
                        3,
                        "1.2",
                        Optional.of(HASH),
                        "normal",
                        List.of("ohos.permission.CAMERA"))),
                List.of("director named another device"));
    }

    private static VersionManifest manifestWithPermissions() {
        return new VersionManifest(
                DEVICE,
                AT,
                7,
                "linux-x86_64",
                Optional.empty(),
                List.of(new VersionManifest.InstalledApp(
                        "com.example.camera",
                        3,
                        "1.2",
                        Optional.of(HASH),
                        "normal",
                        List.of(CAMERA),
                        List.of("ohos.permission.READ_PASTEBOARD"),
                        Optional.of(HASH),
                        Optional.of(2L),
                        101,
                        1)),
                List.of(),
                Optional.of(new PermissionReport(
                        7,
                        Optional.of(HASH),
                        Optional.of(8L),
                        Optional.of(HASH),
                        "ended-guardrails",
                        Optional.of(AT),
                        new PermissionReport.Traits("openharmony", true, false),
                        List.of(
                                new PermissionReport.Level(
                                        "com.example.camera",
                                        CAMERA,
                                        "enforced-by-os",
                                        Optional.of("privileged-helper")),
                                new PermissionReport.Level(
                                        "com.example.camera",
                                        "ohos.permission.MICROPHONE",
                                        "observed-only",
                                        Optional.empty())),
                        List.of(new PermissionReport.Drift(
                                "com.example.camera", 100, 0, CAMERA, true, false, "enforced-by-os", AT, 3, true)),
                        4)));
    }

    private static byte[] golden(Message<?> message) {
        String path = "/golden/1/" + message.name() + ".json";
        try (InputStream file = GoldenFilesTest.class.getResourceAsStream(path)) {
            assertThat(file).as(path).isNotNull();
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
