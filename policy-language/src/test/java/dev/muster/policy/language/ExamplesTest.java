package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.language.ParseResult.Parsed;
import dev.muster.policy.language.lint.PolicyLint;
import dev.muster.policy.language.tests.PolicyTestRunner;
import dev.muster.policy.language.tests.TestResult;
import dev.muster.policy.permission.PermissionCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The worked example and the guide's examples are good, by the parser, the lint and their own tests. */
class ExamplesTest {
    private static final Path FOLDER = Path.of("../docs/examples/policies");
    private static final Pattern EXAMPLE = Pattern.compile("### (\\w+):.*?```yaml\n(spec:\n.*?)```", Pattern.DOTALL);

    private static final Pattern BLOCK = Pattern.compile("```yaml\n(apiVersion: .*?)```", Pattern.DOTALL);

    private final PolicyParser parser = new PolicyParser();

    @Test
    void theWorkedExampleHasNothingToComplainAbout() throws IOException {
        Parsed parsed = parsed(sources());

        assertThat(new PolicyLint().lint(parsed.documents(), Instant.parse("2026-11-22T09:00:00Z")))
                .isEmpty();
        assertThat(parsed.documents()).extracting(one -> one.document().kind()).containsAll(Kinds.NAMES);
    }

    @Test
    void theWorkedExamplePassesItsTests() throws IOException {
        List<TestResult> results = new PolicyTestRunner().run(parsed(sources()).snapshot(1));

        assertThat(results).hasSize(10).allSatisfy(result -> assertThat(result.failures())
                .isEmpty());
    }

    @Test
    void theSchemaTakesTheWorkedExample() throws IOException {
        var schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(PolicySchema.json(PermissionCatalog.builtIn()));
        for (PolicySource source : sources()) {
            String text = source.text()
                    .replaceAll("(?<![\"\\w])(\\d{4}-\\d{2}-\\d{2}(T[0-9:]+Z)?|\\d{2}:\\d{2})(?![\"\\w])", "\"$1\"");
            for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text)) {
                assertThat(schema.validate(new ObjectMapper().valueToTree(document)))
                        .as(source.name())
                        .isEmpty();
            }
        }
    }

    @Test
    void theGuidesExamplesOfEveryKindAreGood() throws IOException {
        Matcher examples = EXAMPLE.matcher(Files.readString(Path.of("../docs/guides/policies.md")));
        List<String> kinds = new ArrayList<>();
        Known known = new Known(
                java.util.Set.of("camera-user"),
                java.util.Set.of("control-room", "workshop", "pit"),
                java.util.Set.of("day"));
        while (examples.find()) {
            String kind = examples.group(1);
            String text = "apiVersion: muster.dev/v1\nkind: " + kind + "\nmetadata: {name: x}\n" + examples.group(2);
            assertThat(parser.parse(List.of(new PolicySource(kind, text)), known))
                    .isInstanceOf(Parsed.class);
            kinds.add(kind);
        }
        assertThat(kinds).containsExactlyElementsOf(Kinds.NAMES);
    }

    @Test
    void theReferencesExamplesAreGoodAndPassTheirTests() throws IOException {
        List<PolicySource> sources = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("../docs/reference/policy-language.md")));
        while (blocks.find()) {
            sources.add(new PolicySource("block " + sources.size(), blocks.group(1)));
        }

        List<TestResult> results = new PolicyTestRunner().run(parsed(sources).snapshot(1));

        assertThat(results).hasSize(4).allSatisfy(result -> assertThat(result.failures())
                .isEmpty());
    }

    @Test
    void theReferenceNamesEveryReason() throws IOException {
        String text = Files.readString(Path.of("../docs/reference/policy-language.md"));

        assertThat(Reason.values()).allSatisfy(reason -> assertThat(text).contains("`" + reason.code() + "`"));
    }

    private Parsed parsed(List<PolicySource> sources) {
        return switch (parser.parse(sources)) {
            case Parsed parsed -> parsed;
            case ParseResult.Invalid invalid ->
                throw new AssertionError(invalid.errors().toString());
        };
    }

    private static List<PolicySource> sources() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<PolicySource> sources = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                sources.add(new PolicySource(file.getFileName().toString(), Files.readString(file)));
            }
            return sources;
        }
    }
}
