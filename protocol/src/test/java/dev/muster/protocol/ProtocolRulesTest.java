package dev.muster.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolRulesTest {
    private static final DeviceRef DEVICE = DeviceRef.of("default", "pump-7");

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a/b/c", "a b", "../x", "a/", "/a", "a#", "a+"})
    void refusesDeviceNamesThatAreUnsafeInTopicsAndPaths(String name) {
        assertThatThrownBy(() -> new DeviceId(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void certificateUriNamesTenantAndDevice() {
        assertThat(DEVICE.uri()).isEqualTo(URI.create("muster://default/pump-7"));
        assertThat(DeviceRef.fromUri(DEVICE.uri())).isEqualTo(DEVICE);
        DeviceRef child = DeviceRef.of("default", "gw-1/plc-2");
        assertThat(DeviceRef.fromUri(child.uri())).isEqualTo(child);
    }

    @Test
    void aTargetFitsItsHardwareOrAny() {
        assertThat(TargetCustom.fits("board-a", "board-a")).isTrue();
        assertThat(TargetCustom.fits("board-a", "board-b")).isFalse();
        assertThat(TargetCustom.fits(TargetCustom.ANY_HARDWARE, "board-b")).isTrue();
    }

    @Test
    void everyTopicOfADeviceParsesBack() {
        List<MqttTopic> topics = List.of(
                new MqttTopic.Desired(),
                new MqttTopic.Reported(),
                new MqttTopic.CommandRequest(),
                new MqttTopic.CommandAnswered("c-1"),
                new MqttTopic.Event(),
                new MqttTopic.Telemetry(MqttTopic.Format.SPARKPLUG),
                new MqttTopic.Telemetry(MqttTopic.Format.JSON),
                new MqttTopic.Telemetry(MqttTopic.Format.SENML));

        for (MqttTopic topic : topics) {
            assertThat(MqttTopic.parse(DEVICE, topic.of(DEVICE))).contains(topic);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "muster/1/default/pump-8/reported",
                "muster/1/other/pump-7/reported",
                "muster/1/default/pump-7/",
                "muster/1/default/pump-7/command/",
                "muster/1/default/pump-7/command/a/b",
                "muster/2/default/pump-7/reported",
                "$share/g/muster/1/default/pump-7/reported"
            })
    void anotherDevicesTopicIsNoTopicOfThisOne(String topic) {
        assertThat(MqttTopic.parse(DEVICE, topic)).isEmpty();
    }

    @Test
    void errorsNameThePlaceAndWhatWasFound() {
        byte[] json = "{\"generation\":7,\"targets\":[{\"name\":\"image\",\"state\":\"committed\",\"since\":5}]}"
                .getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> ReportedState.fromJson(json))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("expected a string at `targets[0].since`, found the number 5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":2}", "[]", "{", "", "{} trailing", "nul"})
    void refusesWhatIsNotOneStrictObject(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> JsonObject.parse(bytes)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesDeepNesting() {
        byte[] bytes = ("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> JsonObject.parse(bytes)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void manifestSignedByAnotherKeyIsRefused() throws Exception {
        KeyPair own = key();
        VersionManifest manifest = new VersionManifest(
                DEVICE, Instant.parse("2026-11-22T08:00:00Z"), 1, "sim", Optional.empty(), List.of(), List.of());
        byte[] sent = SignedManifest.sign(manifest, own.getPrivate()).toJson();

        assertThat(SignedManifest.fromJson(sent).verified(own.getPublic())).isEqualTo(manifest);
        KeyPair other = key();
        assertThatThrownBy(() -> SignedManifest.fromJson(sent).verified(other.getPublic()))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("not signed by the device's certificate key");
    }

    @Test
    void namesThatALaterVersionAddsStopNoReader() {
        Map<String, Object> custom = Map.of(
                "muster",
                Map.of("device", DEVICE.key(), "generation", 7, "absent", List.of("licences", "app/com.example.eye")));
        byte[] report = """
                {"generation":7,"targets":[
                  {"name":"licences","state":"committed","since":"2026-11-22T08:00:00Z"},
                  {"name":"policy","state":"committed","since":"2026-11-22T08:00:00Z"}]}""".getBytes(StandardCharsets.UTF_8);

        DirectorCustom read = DirectorCustom.fromCustom(custom);

        assertThat(read.absent()).containsExactly(new TargetName.App("com.example.eye"));
        assertThat(read.unknown()).containsExactly("licences");
        assertThat(DirectorCustom.fromCustom(read.toCustom())).isEqualTo(read);
        assertThat(ReportedState.fromJson(report).targets())
                .extracting(TargetCondition::name)
                .containsExactly(new TargetName.Policy());
        assertThat(TargetName.find("licences")).isEmpty();
        assertThat(PermissionEvent.read(new DeviceEvent("permission.later", Instant.EPOCH, Map.of())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "many", "", "1e3"})
    void countsThatAreNoneAreRefusedWithTheirPlace(String count) {
        DeviceEvent event = new DeviceEvent(
                "permission.usage-dropped",
                Instant.EPOCH,
                Map.of("count", count, "from", Instant.EPOCH.toString(), "to", Instant.EPOCH.toString()));

        assertThatThrownBy(() -> PermissionEvent.read(event))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("expected a number of 0 or more at `count` of `permission.usage-dropped`, found `" + count
                        + "`");
    }

    private static KeyPair key() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
