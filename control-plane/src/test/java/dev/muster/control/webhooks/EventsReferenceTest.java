package dev.muster.control.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.alert.AlertRule;
import dev.muster.protocol.alert.WatchedDevice;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.kafka.SessionClaim;
import dev.muster.protocol.kafka.SparkplugNode;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.telemetry.record.Rollup;
import dev.muster.telemetry.record.TelemetryBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether {@code docs/reference/asyncapi.yaml} and {@code events.md} say what the code does. */
class EventsReferenceTest {
    private static final String WEBHOOK = "webhook";

    /** Reads and writes again, as whoever sends does. */
    private static final Map<String, UnaryOperator<byte[]>> JSON = Map.ofEntries(
            Map.entry("DeviceState", json -> DeviceState.fromJson(json).toJson()),
            Map.entry("SessionClaim", json -> SessionClaim.fromJson(json).toJson()),
            Map.entry("DownMessage", json -> DownMessage.fromJson(json).toJson()),
            Map.entry("ReportedState", json -> ReportedState.fromJson(json).toJson()),
            Map.entry("CommandAnswer", json -> CommandAnswer.fromJson(json).toJson()),
            Map.entry("DeviceEvent", json -> DeviceEvent.fromJson(json).toJson()),
            Map.entry("Presence", json -> Presence.fromJson(json).toJson()),
            Map.entry("AlertRule", json -> AlertRule.fromJson(json).toJson()),
            Map.entry("WatchedDevice", json -> WatchedDevice.fromJson(json).toJson()),
            Map.entry("AlertNews", json -> AlertNews.fromJson(json).toJson()),
            Map.entry("SparkplugNode", json -> SparkplugNode.fromJson(json).toJson()));

    private static final Map<String, Parser<? extends Message>> PROTO =
            Map.of("TelemetryBatch", TelemetryBatch.parser(), "Rollup", Rollup.parser());

    private final EventsReference reference = new EventsReference();

    @Test
    void everyTopicIsThereAsItIsCreatedAndNoOther() {
        List<KafkaTopics.Topic> topics = new KafkaTopics("").all();
        String text = EventsReference.text("events.md");

        for (KafkaTopics.Topic topic : topics) {
            JsonObject channel = reference.at("channels", topic.name());
            JsonObject kafka = channel.object("bindings").object("kafka");
            assertThat(channel.string("address")).isEqualTo(topic.name());
            assertThat(kafka.string("topic")).isEqualTo(topic.name());
            assertThat(kafka.number("partitions")).as(topic.name()).isEqualTo(topic.partitions());
            assertThat(kafka.object("topicConfiguration").strings("cleanup.policy"))
                    .as(topic.name())
                    .containsExactly(topic.compacted() ? "compact" : "delete");
            assertThat(channel.string("x-muster-promise")).isIn("public", "internal");
            assertThat(reference.at("operations", "write-" + topic.name()).string("action"))
                    .isEqualTo("send");
            assertThat(text)
                    .containsPattern("\\| `" + topic.name() + "` \\| .* \\| " + topic.partitions() + " \\| "
                            + (topic.compacted() ? "compacted" : "for a time") + " \\| .* \\| "
                            + channel.string("x-muster-promise") + " \\|")
                    .contains("### `" + topic.name() + "`\n");
        }
        assertThat(reference.at("channels").members().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(topics.stream().map(KafkaTopics.Topic::name), Stream.of(WEBHOOK))
                                .toList());
    }

    @Test
    void everyTypeOfEventIsThereAndNoOther() {
        String text = EventsReference.text("events.md");

        assertThat(reference.messages(WEBHOOK).stream()
                        .map(name -> reference.message(name).string("name")))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(EventType.values()).map(EventType::text).toList());
        for (EventType type : EventType.values()) {
            assertThat(text).contains("### `" + type.word() + "`\n");
        }
    }

    @Test
    void everyTypeHasATriggerThatTellsIt() throws Exception {
        String triggers = Files.readString(Path.of("src", "main", "resources", "db", "control", "V302__webhooks.sql"));

        for (String word : EventType.words()) {
            String kind = word.substring(0, word.indexOf('.') + 1);
            String what = word.substring(kind.length());
            assertThat(triggers.contains("'" + word + "'")
                            || (triggers.contains("'" + kind + "' ||") && triggers.contains("'" + what + "'")))
                    .as(word)
                    .isTrue();
        }
    }

    @Test
    void everyExampleOfAnEventIsWhatIsSent() {
        String text = EventsReference.text("events.md");
        for (String message : reference.messages(WEBHOOK)) {
            for (JsonObject event : reference.examples(message)) {
                byte[] sent = EventText.of(
                                new TenantId(event.string("source").replaceFirst("/muster/tenants/", "")),
                                UUID.fromString(event.string("id")),
                                event.string("type"),
                                event.string("subject"),
                                event.instant("time"),
                                event.optionalString("sequence").map(Long::parseLong),
                                event.object("data").members())
                        .toJson();

                assertThat(new String(sent, StandardCharsets.UTF_8))
                        .isEqualTo(new String(JsonObject.write(event.members()), StandardCharsets.UTF_8));
                reference.assertDescribed(event);
                assertThat(inText(text, event.string("type")).members())
                        .as(event.string("type"))
                        .isEqualTo(event.object("data").members());
            }
        }
    }

    @Test
    void everyExampleOfARecordIsWhatItsWriterWrites() {
        for (KafkaTopics.Topic topic : new KafkaTopics("").all()) {
            for (String message : reference.messages(topic.name())) {
                UnaryOperator<byte[]> writer = JSON.get(message);
                if (writer == null) {
                    // As it came, or protobuf.
                    assertThat(message).isIn("DeadLetter", "TelemetryBatch", "Rollup");
                    continue;
                }
                for (JsonObject example : reference.examples(message)) {
                    byte[] given = JsonObject.write(example.members());
                    assertThat(JsonObject.parse(writer.apply(given)).members())
                            .as(message)
                            .isEqualTo(JsonObject.parse(given).members());
                }
            }
        }
    }

    @Test
    void everyProtoMessageThatIsNamedExistsAndItsExamplesAreOfIt() throws Exception {
        Set<String> known = TelemetryBatch.getDescriptor().getFile().getMessageTypes().stream()
                .map(Descriptors.Descriptor::getFullName)
                .collect(Collectors.toSet());

        for (Map.Entry<String, Parser<? extends Message>> one : PROTO.entrySet()) {
            JsonObject message = reference.message(one.getKey());
            assertThat(known).contains(message.string("x-muster-proto"));
            assertThat(EventsReference.FOLDER.resolve(
                            message.object("payload").object("schema").string("$ref")))
                    .isRegularFile();
            assertThat(message.strings("x-muster-examples-base64")).isNotEmpty();
            for (String example : message.strings("x-muster-examples-base64")) {
                byte[] bytes = Base64.getDecoder().decode(example);
                Message parsed = one.getValue().parseFrom(bytes);
                assertThat(parsed.getDescriptorForType().getFullName()).isEqualTo(message.string("x-muster-proto"));
                assertThat(parsed.toByteArray()).isEqualTo(bytes);
                assertThat(parsed.getUnknownFields().asMap()).isEmpty();
            }
        }
        for (String message : reference.at("components", "messages").members().keySet()) {
            assertThat(reference.message(message).has("x-muster-proto"))
                    .as(message)
                    .isEqualTo(PROTO.containsKey(message));
        }
    }

    /** The example below the heading of a type. */
    private static JsonObject inText(String text, String type) {
        Matcher block = Pattern.compile("### `" + Pattern.quote(type.replaceFirst("^dev\\.muster\\.", ""))
                        + "`\n\n[^\n]+\n\n```json\n(.+)\n```")
                .matcher(text);
        assertThat(block.find()).as(type + " with an example").isTrue();
        return JsonObject.parse(block.group(1).getBytes(StandardCharsets.UTF_8));
    }
}
