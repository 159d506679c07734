package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Files of a fleet, and the schema that editors use, which must not drift apart. */
class FleetParserTest {
    private static final Path SCHEMA = Path.of("../docs/reference/fleet.schema.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void readsDocumentsOfAllKindsInAnyOrder() {
        FleetParser.Result result = parse("""
                # Who sees.
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: seeing}
                spec: {permissions: [ohos.permission.CAMERA]}
                ---
                apiVersion: muster.dev/v1
                kind: Settings
                metadata: {name: site/Pit.2}
                spec: {agent: {sampleSeconds: 5, off: true, ratio: 0.5, name: "7", at: 22:00, none: null, list: [no, 1]}}
                ---
                apiVersion: muster.dev/v1
                kind: Group
                metadata: {name: Pit_2, description: all of it}
                spec: {devices: site==Pit.2}
                """);

        assertThat(result.errors()).isEmpty();
        assertThat(result.documents()).extracting(FleetDocument::kind).containsExactly("Role", "Settings", "Group");
        FleetSpec.Settings settings =
                (FleetSpec.Settings) result.documents().get(1).spec();
        assertThat(settings.level()).isEqualTo("site");
        assertThat(settings.of()).isEqualTo("Pit.2");
        assertThat(String.valueOf(settings.values()))
                .isEqualTo("{agent={sampleSeconds=5, off=true, ratio=0.5, name=7, at=22:00, none=null, list=[no, 1]}}");
        assertThat(result.documents().get(2).spec())
                .isEqualTo(new FleetSpec.Group(Optional.of("site==Pit.2"), List.of()));
        assertThat(result.documents().get(2).description()).isEqualTo("all of it");
    }

    @Test
    void whatMustNotStandInFilesIsFilledIn() {
        FleetParser.Result result = parse("""
                apiVersion: muster.dev/v1
                kind: Webhook
                metadata: {name: erp}
                spec: {urlFrom: {env: ERP_HOOK}, types: [device.*], devices: all, enabled: false}
                """);

        FleetDocument document = result.documents().getFirst();

        assertThat(document.spec().variables()).containsExactly("ERP_HOOK");
        assertThat(document.filled(name -> Optional.empty())).isEqualTo(document);
        assertThat(document.filled(name -> Optional.of("https://" + name)).spec())
                .isEqualTo(new FleetSpec.Webhook(
                        new FleetSpec.Address.Written("https://ERP_HOOK"), List.of("device.*"), "", false));
    }

    @Test
    void handsPoliciesToTheirOwnReaderWithEveryLineWhereItWas() {
        FleetParser.Result result = parse("""
                apiVersion: muster.dev/v1
                kind: Site
                metadata: {name: pit}
                spec: {}
                --- # the second one
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: seeing}
                spec: {permissions: [ohos.permission.NONE_OF_OURS]}
                """);

        ParseResult read = new PolicyParser().parse(result.policies());

        assertThat(read).isInstanceOfSatisfying(ParseResult.Invalid.class, invalid -> assertThat(invalid.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.toString()).startsWith("fleet.yaml:9:22: ")));
    }

    @Test
    void aDocumentStandsAloneAtItsLine() {
        FleetParser.Result result = parse("\n\n---\n# a rule\n" + rule("crucial"));

        AlertRuleParser.Result read = AlertRuleParser.parse(
                new PolicySource("fleet.yaml", result.documents().getFirst().inPlace()));

        assertThat(read.errors()).singleElement().satisfies(error -> {
            assertThat(error.line()).isEqualTo(9);
            assertThat(error.message()).contains("crucial");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind: Site;metadata: {name: a};spec: {zone: UTC};4:8;found `zone`",
                "kind: Sites;metadata: {name: a};spec: {};2:7;did you mean `Site`",
                "kind: Site;metadata: {name: a b};spec: {};3:18;found `a b`",
                "kind: Site;metadata: {name: a};spec: {location: {latitude: 91, longitude: 0}};4:29;-90 to 90",
                "kind: Group;metadata: {name: a};spec: {};4:7;found neither",
                "kind: Group;metadata: {name: a};spec: {devices: tag==x, members: [y]};4:7;found both",
                "kind: Settings;metadata: {name: hall/x};spec: {};3:18;`site/NAME`",
                "kind: Settings;metadata: {name: tenant};spec: [];4:7;a mapping expected, found a list",
                "kind: Freeze;metadata: {name: a};spec: {from: 2030-01-01T00:00:00Z};4:7;field `to` expected",
                "kind: AlertChannel;metadata: {name: a};spec: {severity: info};4:7;found neither",
                "kind: AlertChannel;metadata: {name: a};spec: {url: x, recipients: [y]};4:7;found both",
                "kind: AlertChannel;metadata: {name: a};spec: {url: x, severity: crucial};4:26;one of info, warning, critical",
                "kind: AlertChannel;metadata: {name: On-Call};spec: {url: x};3:18;found `On-Call`",
                "kind: Webhook;metadata: {name: a};spec: {types: []};4:7;`url` or `urlFrom` expected, found neither",
                "kind: Webhook;metadata: {name: a};spec: {url: x, urlFrom: {env: X}};4:7;found both",
                "kind: Webhook;metadata: {name: a};spec: {urlFrom: {env: no name}};4:23;found `no name`",
                "kind: Webhook;metadata: {name: a};spec: {urlFrom: {file: x}};4:17;field `env` expected",
                "kind: Webhook;metadata: {name: a};spec: {url: x, enabled: maybe};4:25;true or false expected",
                "kind: Rollout;metadata: {name: a};spec: {devices: all};4:7;either `release` or `channel` expected",
                "kind: Rollout;metadata: {name: a};spec: {devices: all, release: {name: os, version: 1}, waves: [{counts: 1}]};4:64;did you mean `count`",
            })
    void namesPlaceExpectedAndFound(String given) {
        String[] parts = given.split(";", -1);

        FleetParser.Result result =
                parse("apiVersion: muster.dev/v1\n" + parts[0] + "\n" + parts[1] + "\n" + parts[2] + "\n");

        assertThat(result.documents()).isEmpty();
        assertThat(result.errors()).isNotEmpty();
        assertThat(result.errors().getFirst().toString()).startsWith("fleet.yaml:" + parts[3]);
        assertThat(result.errors().getFirst().message()).contains(parts[4]);
    }

    @Test
    void aNameStandsOnceInAllFiles() {
        String site = "apiVersion: muster.dev/v1\nkind: Site\nmetadata: {name: a}\nspec: {}\n";

        FleetParser.Result result = FleetParser.parse(
                List.of(new PolicySource("one.yaml", site), new PolicySource("two.yaml", "# again\n" + site)));

        assertThat(result.errors())
                .extracting(PolicyError::toString)
                .containsExactly("two.yaml:4:18: Site `a`: one document of this name expected, found another at"
                        + " one.yaml:3");
    }

    @Test
    void theSchemaNamesTheFieldsThatAreRead() throws IOException {
        JsonNode schema = JSON.readTree(Files.readString(SCHEMA));

        List<String> kinds = new ArrayList<>();
        schema.at("/properties/kind/enum").forEach(kind -> kinds.add(kind.asText()));
        assertThat(kinds).containsExactlyElementsOf(FleetParser.KINDS);
        FleetReader.FIELDS.forEach((kind, fields) -> assertThat(fields(schema, "/$defs/" + kind + "/properties/spec"))
                .isEqualTo(fields));
        Map<String, Set<String>> inner = Map.of(
                "Site/properties/spec/properties/window", FleetReader.WINDOW,
                "Site/properties/spec/properties/location", FleetReader.LOCATION,
                "urlFrom", FleetReader.FROM,
                "Rollout/properties/spec/properties/release", FleetReader.RELEASE,
                "Rollout/properties/spec/properties/channel", FleetReader.CHANNEL,
                "Rollout/properties/spec/properties/waves/items", FleetReader.WAVE,
                "Rollout/properties/spec/properties/install", FleetReader.INSTALL,
                "Rollout/properties/spec/properties/install/properties/window", FleetReader.INSTALL_WINDOW);
        inner.forEach((place, fields) ->
                assertThat(fields(schema, "/$defs/" + place)).as(place).isEqualTo(fields));
    }

    @Test
    void theSchemaTakesTheExampleAndRefusesWhatTheReaderRefuses() throws IOException {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SCHEMA.toUri());
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        List<PolicySource> files = example();

        FleetParser.Result read = FleetParser.parse(files);

        assertThat(read.errors()).isEmpty();
        assertThat(read.documents()).extracting(FleetDocument::kind).containsAll(FleetParser.OWN_KINDS);
        for (FleetDocument document : read.documents()) {
            // This reader guesses times, which ours never does.
            JsonNode node = JSON.valueToTree(yaml.load(
                    document.yaml().replaceAll("(?<![\"\\w])(\\d{4}-\\d{2}-\\d{2}T[0-9:]+(Z|\\+[0-9:]+))", "\"$1\"")));
            assertThat(schema.validate(node)).as(document.yaml()).isEmpty();
            assertThat(schema.validate(JSON.readTree(node.toString().replaceFirst("\"spec\":", "\"specs\":"))))
                    .isNotEmpty();
            if (!document.kind().equals("Settings")) {
                assertThat(schema.validate(JSON.readTree(
                                node.toString().replaceFirst("\"spec\":\\{", "\"spec\":{\"nonesuch\":1,"))))
                        .as(document.kind())
                        .isNotEmpty();
            }
        }
    }

    private static List<PolicySource> example() throws IOException {
        Path folder = Path.of("../docs/examples/fleet");
        List<PolicySource> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file :
                    found.filter(one -> one.toString().endsWith(".yaml")).toList()) {
                files.add(new PolicySource(file.toString(), Files.readString(file)));
            }
        }
        return files;
    }

    private static Set<String> fields(JsonNode schema, String pointer) {
        Set<String> names = new TreeSet<>();
        schema.at(pointer + "/properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String rule(String severity) {
        return "apiVersion: muster.dev/v1\nkind: AlertRule\nmetadata: {name: away}\nspec:\n  severity: " + severity
                + "\n  devices: all\n  when: {offline: {}}\n";
    }

    private static FleetParser.Result parse(String text) {
        return FleetParser.parse(List.of(new PolicySource("fleet.yaml", text)));
    }
}
