package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.muster.policy.permission.PermissionCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The schema editors use and the parser must not drift apart; a real validator judges. */
class SchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode SCHEMA = json(PolicySchema.json(PermissionCatalog.builtIn()));
    private static final JsonSchema VALIDATOR =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SCHEMA);

    @Test
    void namesTheFieldsTheParserReads() {
        assertThat(texts(SCHEMA.at("/properties/kind/enum"))).containsExactlyElementsOf(Kinds.NAMES);
        assertThat(SCHEMA.at("/properties/apiVersion/const").asText()).isEqualTo(Kinds.API_VERSION);
        Kinds.FIELDS.forEach(
                (kind, fields) -> assertThat(fields("/$defs/" + kind)).isEqualTo(fields));
        assertThat(fields("/$defs/apps/anyOf/1")).isEqualTo(SelectorReader.APPS);
        Set<String> devices = new HashSet<>(fields("/$defs/attributes"));
        devices.addAll(fields("/$defs/query"));
        assertThat(devices).isEqualTo(SelectorReader.DEVICES);
        devices.addAll(fields("/$defs/devicesOfCapability/anyOf/3"));
        assertThat(devices).isEqualTo(SelectorReader.DEVICES_OF_CAPABILITIES);
        assertThat(fields("/$defs/Role/properties/permissions/items/anyOf/1")).isEqualTo(GrantReader.CONDITIONAL);
        assertThat(fields("/$defs/Zone/properties/circle")).isEqualTo(FactReader.CIRCLE);
        assertThat(fields("/$defs/Zone/properties/polygon/items")).isEqualTo(FactReader.POINT);
        assertThat(fields("/$defs/Shift/properties/windows/items")).isEqualTo(FactReader.WINDOW);
        assertThat(fields("/$defs/PolicyTest/properties/device")).isEqualTo(TestReader.DEVICE);
        assertThat(fields("/$defs/PolicyTest/properties/app")).isEqualTo(TestReader.APP);
        assertThat(fields("/$defs/PolicyTest/properties/expect/items")).isEqualTo(TestReader.EXPECTATION);
    }

    @Test
    void namesTheWordsTheParserReads() {
        assertThat(texts(SCHEMA.at("/$defs/PolicyTest/properties/expect/items/properties/reason/enum")))
                .containsExactlyElementsOf(TestReader.REASONS);
        assertThat(texts(SCHEMA.at("/$defs/PolicyTest/properties/expect/items/properties/answer/enum")))
                .containsExactlyElementsOf(TestReader.ANSWERS);
        assertThat(texts(SCHEMA.at("/$defs/PolicyTest/properties/app/properties/apl/enum")))
                .containsExactlyElementsOf(TestReader.LEVELS);
        assertThat(texts(SCHEMA.at("/$defs/Shift/properties/windows/items/properties/days/anyOf/1/items/enum")))
                .containsExactlyElementsOf(Scalars.DAYS);
        assertThat(SCHEMA.at("/$defs/Zone/properties/polygon/maxItems").asInt()).isEqualTo(FactReader.MOST_CORNERS);
    }

    @Test
    void completesEveryPermissionWithWords() {
        assertThat(texts(SCHEMA.at("/$defs/permission/enum")))
                .hasSize(PermissionCatalog.builtIn().size())
                .contains("ohos.permission.CAMERA");
        assertThat(texts(SCHEMA.at("/$defs/permission/enumDescriptions")))
                .hasSize(PermissionCatalog.builtIn().size())
                .contains("normal, user_grant, for normal apps, since API 9");
    }

    /** Regenerate the page with {@code -Dmuster.write=true}. */
    @Test
    void isPublishedForEditorsAsItIs() throws IOException {
        Path page = Path.of("../docs/reference/policy.schema.json");
        String schema = PolicySchema.json(PermissionCatalog.builtIn());
        if (Boolean.getBoolean("muster.write")) {
            Files.writeString(page, schema);
        }

        assertThat(Files.readString(page)).isEqualTo(schema);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Role", "Binding", "GuardRail", "Capability", "Zone", "Shift", "PolicyTest"})
    void acceptsEveryFieldOfEveryKind(String kind) {
        assertThat(VALIDATOR.validate(document(kind))).isEmpty();
    }

    /** Changes of shape mean the same to both; and what the parser takes, the schema never refuses. */
    @ParameterizedTest
    @ValueSource(strings = {"Role", "Binding", "GuardRail", "Capability", "Zone", "Shift", "PolicyTest"})
    void agreesWithTheParserOnChangedDocuments(String kind) {
        Random random = new Random(kind.hashCode());
        int invalid = 0;
        for (int i = 0; i < 200; i++) {
            JsonNode document = document(kind);
            Change change = change(document, random);
            boolean parsed = Policies.parse(document.toString()) instanceof ParseResult.Parsed;
            boolean validated = VALIDATOR.validate(document).isEmpty();
            if (change == Change.SHAPE) {
                assertThat(validated).as("%s of %s", change, document).isEqualTo(parsed);
            } else if (parsed) {
                assertThat(validated).as("%s of %s", change, document).isTrue();
            }
            invalid += validated ? 0 : 1;
        }
        assertThat(invalid).isGreaterThan(30);
    }

    private enum Change {
        SHAPE,
        VALUE
    }

    private static Change change(JsonNode document, Random random) {
        List<ObjectNode> objects = new ArrayList<>();
        List<ArrayNode> arrays = new ArrayList<>();
        gather(document, objects, arrays);
        if (random.nextInt(3) == 0) {
            ArrayNode array = arrays.get(random.nextInt(arrays.size()));
            if (random.nextBoolean()) {
                array.removeAll();
                return Change.VALUE;
            }
            array.set(random.nextInt(array.size()), JSON.createArrayNode().add("x"));
            return Change.SHAPE;
        }
        ObjectNode object = objects.get(random.nextInt(objects.size()));
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(4)) {
            case 0 -> object.remove(name);
            case 1 -> {
                JsonNode value = object.remove(name);
                object.set(name + "s", value);
            }
            case 2 -> object.set(name, JSON.createObjectNode().put("x", "y"));
            default -> {
                object.set(name, new TextNode("x"));
                return Change.VALUE;
            }
        }
        return Change.SHAPE;
    }

    private static void gather(JsonNode node, List<ObjectNode> objects, List<ArrayNode> arrays) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            arrays.add(array);
        }
        node.forEach(child -> gather(child, objects, arrays));
    }

    /** A document as JSON, its numbers as numbers and all else as text, as the schema and JSON-minded editors see it. */
    private static JsonNode document(String kind) {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        // Dates and times are quoted, because this reader guesses types, which ours never does.
        String text = Policies.document(kind, Policies.everything(kind))
                .replaceAll(
                        "(?<![\"\\w])(\\d{4}-\\d{2}-\\d{2}(T[0-9:]+(Z|\\+[0-9:]+))?|\\d{2}:\\d{2})(?![\"\\w])",
                        "\"$1\"");
        return JSON.valueToTree(yaml.load(text));
    }

    private static Set<String> fields(String pointer) {
        Set<String> names = new TreeSet<>();
        SCHEMA.at(pointer + "/properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
