package dev.muster.control.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors;
import com.google.protobuf.InvalidProtocolBufferException;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        Set<String> names = topics.stream().map(KafkaTopics.Topic::name).collect(Collectors.toSet());
        String text = EventsReference.text("events.md");

        for (KafkaTopics.Topic topic : topics) {
            Map<?, ?> channel = reference.at("channels", topic.name());
            Map<?, ?> kafka = EventsReference.at(channel, "bindings", "kafka");
            assertThat(channel.get("address")).isEqualTo(topic.name());
            assertThat(kafka.get("topic")).isEqualTo(topic.name());
            assertThat(kafka.get("partitions")).as(topic.name()).isEqualTo(topic.partitions());
            assertThat(EventsReference.at(kafka, "topicConfiguration").get("cleanup.policy"))
                    .as(topic.name())
                    .isEqualTo(List.of(topic.compacted() ? "compact" : "delete"));
            assertThat(channel.get("x-muster-promise")).isIn("public", "internal");
            reference.at("operations", "write-" + topic.name());
            assertThat(text)
                    .containsPattern("\\| `" + topic.name() + "` \\| .* \\| " + topic.partitions() + " \\| "
                            + (topic.compacted() ? "compacted" : "for a time") + " \\| .* \\| "
                            + channel.get("x-muster-promise") + " \\|")
                    .contains("### `" + topic.name() + "`\n");
        }
        Set<String> said = new HashSet<>();
        reference.at("channels").keySet().forEach(name -> said.add(name.toString()));
        said.remove(WEBHOOK);
        assertThat(said).isEqualTo(names);
    }

    @Test
    void everyTypeOfEventIsThereAndNoOther() {
        Set<String> said = new HashSet<>();
        reference.at("channels", WEBHOOK, "messages").values().forEach(message -> said.add(
                reference.resolved((Map<?, ?>) message).get("name").toString()));
        String text = EventsReference.text("events.md");

        assertThat(said)
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
        reference.at("channels", WEBHOOK, "messages").keySet().forEach(message -> {
            List<?> examples = reference.examples(message.toString());
            for (Object example : examples) {
                JsonObject event = json(example);

                byte[] sent = EventText.of(
                                new TenantId(event.string("source").replaceFirst("/muster/tenants/", "")),
                                UUID.fromString(event.string("id")),
                                event.string("type"),
                                event.string("subject"),
                                event.instant("time"),
                                event.optionalString("sequence").map(Long::parseLong),
                                event.object("data").members())
                        .toJson();

                assertThat(JsonObject.parse(sent).members()).isEqualTo(event.members());
                assertThat(JsonObject.parse(sent).members().keySet().stream().toList())
                        .as("in the order in which they are sent")
                        .isEqualTo(event.members().keySet().stream().toList());
                reference.assertDescribed(event);
                assertThat(inText(text, event.string("type")).members())
                        .as(event.string("type"))
                        .isEqualTo(event.object("data").members());
            }
        });
    }

    @Test
    void everyExampleOfARecordIsWhatItsWriterWrites() {
        for (String message : messagesOfTopics()) {
            if (JSON.containsKey(message)) {
                for (Object example : reference.examples(message)) {
                    JsonObject written =
                            JsonObject.parse(JSON.get(message).apply(JsonObject.write(strings(example))));
                    assertThat(written.members()).as(message).isEqualTo(json(example).members());
                }
            } else if (!PROTO.containsKey(message)) {
                assertThat(message).as("has a writer").isEqualTo("DeadLetter");
            }
        }
    }

    @Test
    void everyProtoMessageThatIsNamedExistsAndItsExamplesAreOfIt() throws Exception {
        Descriptors.FileDescriptor file = TelemetryBatch.getDescriptor().getFile();
        Set<String> known = file.getMessageTypes().stream()
                .map(Descriptors.Descriptor::getFullName)
                .collect(Collectors.toSet());
        Set<String> named = new HashSet<>();

        for (Map.Entry<String, Parser<? extends Message>> one : PROTO.entrySet()) {
            Map<?, ?> message = reference.at("components", "messages", one.getKey());
            named.add(message.get("x-muster-proto").toString());
            String proto = EventsReference.at(message, "payload", "schema").get("$ref").toString();
            assertThat(Path.of("..", "docs", "reference").resolve(proto)).isRegularFile();
            for (Object example : (List<?>) message.get("x-muster-examples-base64")) {
                byte[] bytes = Base64.getDecoder().decode(example.toString());
                assertThat(parsed(one.getValue(), bytes).toByteArray()).isEqualTo(bytes);
                assertThat(parsed(one.getValue(), bytes).getUnknownFields().asMap())
                        .isEmpty();
            }
        }

        assertThat(known).containsAll(named);
        assertThat(reference.at("components", "messages").values())
                .allSatisfy(message -> assertThat(Optional.ofNullable(((Map<?, ?>) message).get("x-muster-proto"))
                                .map(Object::toString))
                        .satisfiesAnyOf(
                                proto -> assertThat(proto).isEmpty(),
                                proto -> assertThat(known).contains(proto.orElseThrow())));
    }

    private Set<String> messagesOfTopics() {
        Set<String> messages = new HashSet<>();
        for (KafkaTopics.Topic topic : new KafkaTopics("").all()) {
            reference
                    .at("channels", topic.name(), "messages")
                    .keySet()
                    .forEach(name -> messages.add(name.toString()));
        }
        return messages;
    }

    private static Message parsed(Parser<? extends Message> parser, byte[] bytes)
            throws InvalidProtocolBufferException {
        return parser.parseFrom(bytes);
    }

    /** The example below the heading of a type. */
    private static JsonObject inText(String text, String type) {
        Matcher block = Pattern.compile("### `" + Pattern.quote(type.replaceFirst("^dev\\.muster\\.", ""))
                        + "`\n\n[^\n]+\n\n```json\n(.+)\n```")
                .matcher(text);
        assertThat(block.find()).as(type + " with an example").isTrue();
        return JsonObject.parse(block.group(1).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject json(Object example) {
        return JsonObject.parse(JsonObject.write(strings(example)));
    }

    private static Map<String, Object> strings(Object map) {
        Map<String, Object> strings = new LinkedHashMap<>();
        ((Map<?, ?>) map).forEach((name, value) -> strings.put(name.toString(), value));
        return strings;
    }
}
