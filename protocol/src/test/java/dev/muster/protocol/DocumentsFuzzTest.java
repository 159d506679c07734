package dev.muster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.protocol.audit.ExportedRow;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.kafka.SessionClaim;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.telemetry.JsonTelemetry;
import dev.muster.protocol.upload.UploadRequest;
import dev.muster.protocol.upload.UploadStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come over the wire, from a device, a server or Kafka: they are read, or refused with a {@link ProtocolException}
 * that says why. What was read and is written comes back as the same.
 */
class DocumentsFuzzTest {
    private static final DeviceRef DEVICE = DeviceRef.of("t", "d");

    private static final List<Consumer<byte[]>> READERS = List.of(
            both(EnrolRequest::fromJson, EnrolRequest::toJson),
            both(EnrolResponse::fromJson, EnrolResponse::toJson),
            both(ReportedState::fromJson, ReportedState::toJson),
            both(DeviceEvent::fromJson, DeviceEvent::toJson),
            both(CommandAnswer::fromJson, CommandAnswer::toJson),
            both(Command::fromJson, Command::toJson),
            both(DesiredHint::fromJson, DesiredHint::toJson),
            both(UploadRequest::fromJson, UploadRequest::toJson),
            both(UploadStatus::fromJson, UploadStatus::toJson),
            both(DownMessage::fromJson, DownMessage::toJson),
            both(DeviceState::fromJson, DeviceState::toJson),
            both(Presence::fromJson, Presence::toJson),
            both(SessionClaim::fromJson, SessionClaim::toJson),
            both(InstallLeases::fromJson, InstallLeases::toJson),
            JsonTelemetry::fromJson,
            SignedManifest::fromJson,
            VersionManifest::fromJson,
            ExportedRow::fromJson,
            Checkpoint::fromJson,
            bytes -> MqttTopic.parse(DEVICE, text(bytes)),
            bytes -> TargetName.parse(text(bytes)),
            bytes -> DeviceRef.parse(text(bytes)));

    static Stream<byte[]> golden() {
        return GoldenFilesTest.messages().map(GoldenFilesTest.Message::written);
    }

    @MethodSource("golden")
    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) {
        for (Consumer<byte[]> reader : READERS) {
            try {
                reader.accept(bytes);
            } catch (ProtocolException refused) {
                assertThat(refused).hasMessageMatching("(?s).+");
            } catch (IllegalArgumentException refused) {
                // What names and digests of the wrong form are refused with.
                assertThat(refused).hasMessageMatching("(?s)expected.+");
            }
        }
    }

    private static <T> Consumer<byte[]> both(Function<byte[], T> reader, Function<T, byte[]> writer) {
        return bytes -> {
            T read = reader.apply(bytes);
            byte[] written = writer.apply(read);
            T again;
            try {
                again = reader.apply(written);
            } catch (ProtocolException e) {
                throw new IllegalStateException("read once, written, and not readable any more: " + text(written), e);
            }
            if (!again.equals(read)) {
                throw new IllegalStateException("written and read again, it is another: " + read + " and " + again);
            }
        };
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
