package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.language.ParseResult.Invalid;
import dev.muster.policy.language.ParseResult.Parsed;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.UserSelector;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyParserTest {
    private static final String GOOD = """
            # who may film
            apiVersion: muster.dev/v1
            kind: Role
            metadata:
              name: camera-user
              description: may film
            spec:
              permissions:
                - ohos.permission.CAMERA
                - ohos.permission.MICROPHONE # and hear
            ---
            apiVersion: muster.dev/v1
            kind: Binding
            metadata: {name: crusher-camera}
            spec:
              roles: [camera-user]
              apps:
                bundles: [com.acme.*]
                signers: [acme]
              devices: {tags: [crusher], sites: [north, south]}
              users: [100, 101]
            ---
            apiVersion: muster.dev/v1
            kind: Binding
            metadata: {name: trucks}
            spec:
              roles: [camera-user]
              apps: all
              devices: {query: "site==north;tag==truck"}
            ---
            apiVersion: muster.dev/v1
            kind: GuardRail
            metadata: {name: no-microphones}
            spec:
              deny: [ohos.permission.MICROPHONE]
              denyAfterLease: [ohos.permission.CAMERA]
            """;

    private final PolicyParser parser = new PolicyParser();

    @Test
    void readsDocumentsOfEveryKind() {
        Parsed parsed = (Parsed) parse(GOOD);

        assertThat(parsed.documents())
                .extracting(ParseResult.ParsedDocument::document)
                .containsExactly(
                        new Role(
                                "camera-user",
                                "may film",
                                Role.of("x", Set.of("ohos.permission.CAMERA", "ohos.permission.MICROPHONE"))
                                        .permissions(),
                                List.of()),
                        new Binding(
                                "crusher-camera",
                                "",
                                List.of("camera-user"),
                                AppSelector.of(Set.of("com.acme.*"), Set.of("acme"), Set.of()),
                                DeviceSelector.Attributes.of(
                                        Set.of("north", "south"), Set.of("crusher"), Set.of(), Set.of()),
                                UserSelector.of(Set.of(100, 101)),
                                Condition.ALWAYS),
                        Binding.of(
                                "trucks",
                                List.of("camera-user"),
                                AppSelector.ALL,
                                new DeviceSelector.Expression("site==north;tag==truck")),
                        GuardRail.of(
                                "no-microphones",
                                "",
                                Set.of("ohos.permission.MICROPHONE"),
                                Optional.empty(),
                                Set.of("ohos.permission.CAMERA"),
                                AppSelector.ALL,
                                DeviceSelector.EVERYWHERE,
                                UserSelector.ALL,
                                Condition.ALWAYS));
        assertThat(parsed.snapshot(3).version()).isEqualTo(3);
        assertThat(parsed.snapshot(3).expressions()).containsExactly("site==north;tag==truck");
    }

    @Test
    void keepsTheTextOfEachDocumentSoThatItCanBeReadAgain() {
        Parsed parsed = (Parsed) parse(GOOD);

        assertThat(parsed.documents().get(0).yaml())
                .startsWith("# who may film\napiVersion")
                .endsWith("ohos.permission.MICROPHONE # and hear\n");
        assertThat(parsed.documents())
                .extracting(ParseResult.ParsedDocument::line)
                .containsExactly(2, 12, 23, 31);
        for (ParseResult.ParsedDocument document : parsed.documents()) {
            Parsed again =
                    (Parsed) parser.parse(List.of(new PolicySource("again", document.yaml())), Set.of("camera-user"));
            assertThat(again.documents().getFirst().document()).isEqualTo(document.document());
        }
    }

    @Test
    void readsNothingFromEmptyTexts() {
        assertThat(parse("")).isEqualTo(new Parsed(List.of()));
        assertThat(parse("# nothing\n---\n---\n\n...\n")).isEqualTo(new Parsed(List.of()));
    }

    @Test
    void gathersEveryMistakeWithItsPlace() {
        assertThat(errors("""
                apiVersion: muster.dev/v2
                kind: Role
                metadata: {name: Camera}
                spec: {permissions: [ohos.permission.CAMERA]}
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: b}
                spec:
                  rolse: [x]
                  apps: {}
                  devices: {query: "a==b", tags: [c]}
                  users: [-1, two]
                """))
                .containsExactly(
                        "p.yaml:1:13: document: field `apiVersion`: `muster.dev/v1` expected, found `muster.dev/v2`",
                        "p.yaml:3:18: metadata: field `name`: 1 to 63 of a-z, 0-9 and -, starting and ending with a"
                                + " letter or digit expected, found `Camera`",
                        "p.yaml:10:3: Binding `b`: one of `apps`, `devices`, `roles`, `users`, `when` expected, found"
                                + " `rolse`; did you mean `roles`?",
                        "p.yaml:10:3: Binding `b`: field `roles` expected, found no such field",
                        "p.yaml:11:9: Binding `b` apps: something in `bundles`, `signers` or `labels` expected, or the"
                                + " word `all` instead; found nothing",
                        "p.yaml:12:20: Binding `b` devices: either `query` or the other fields expected, found both",
                        "p.yaml:13:11: Binding `b`: field `users`: a user id of 0 or more expected, found `-1`",
                        "p.yaml:13:15: Binding `b`: field `users`: a user id of 0 or more expected, found `two`");
    }

    @Test
    void suggestsTheRolePermissionAndKindThatWasMeant() {
        assertThat(errors("""
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: camera-user}
                spec: {permissions: [ohos.permission.CAMRA, CAMERA, ohos.permission.CAMERA, ohos.permission.CAMERA, x]}
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: b}
                spec: {roles: [camera-uesr], apps: all, devices: all}
                ---
                apiVersion: muster.dev/v1
                kind: GuardRial
                metadata: {name: g}
                spec: {deny: []}
                """))
                .containsExactly(
                        "p.yaml:4:22: Role `camera-user`: the name of a permission expected, found"
                                + " `ohos.permission.CAMRA`; did you mean `ohos.permission.CAMERA`?",
                        "p.yaml:4:45: Role `camera-user`: the name of a permission expected, found `CAMERA`; did you"
                                + " mean `ohos.permission.CAMERA`?",
                        "p.yaml:4:77: Role `camera-user`: permission `ohos.permission.CAMERA` expected once, found it"
                                + " again",
                        "p.yaml:4:101: Role `camera-user`: the name of a permission expected, found `x`",
                        "p.yaml:9:16: Binding `b`: the name of a role expected, found `camera-uesr`; did you mean"
                                + " `camera-user`?",
                        "p.yaml:12:7: document: field `kind`: one of Role, Binding, GuardRail, Capability, Zone, Shift,"
                                + " PolicyTest expected, found `GuardRial`; did you mean `GuardRail`?");
    }

    @Test
    void refusesTheSameNameTwiceAlsoInAnotherSource() {
        String role = "apiVersion: muster.dev/v1\nkind: Role\nmetadata: {name: a}\nspec: {permissions: []}\n";

        ParseResult result = parser.parse(List.of(new PolicySource("one", role), new PolicySource("two", role)));

        assertThat(((Invalid) result).errors())
                .containsExactly(new PolicyError(
                        "two", 3, 18, "Role `a`: one document of this name expected, found another at one:3"));
    }

    @Test
    void knowsTheRolesThatAreElsewhere() {
        String binding = """
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: b}
                spec: {roles: [elsewhere], apps: all, devices: all}
                """;

        assertThat(parser.parse(List.of(new PolicySource("p.yaml", binding)), Set.of("elsewhere")))
                .isInstanceOf(Parsed.class);
        assertThat(errors(binding)).hasSize(1);
    }

    @Test
    void refusesWhatCanGrowOrHide() {
        assertThat(errors("a: &x [1]\nb: *x\n"))
                .containsExactly("p.yaml:1:4: a value expected, found the anchor `&x`:"
                        + " anchors and aliases are not supported, write the value out");
        assertThat(errors("a: !!java.net.URL x\n").getFirst()).contains("a value without a tag expected");
        assertThat(errors("a: 1\na: 2\n")).contains("p.yaml:2:1: field `a` expected once, found it again");
        assertThat(errors("[".repeat(40) + "]".repeat(40)))
                .containsExactly("p.yaml:1:18: at most 16 levels expected, found more");
        assertThat(errors("a: [\n").getFirst()).startsWith("p.yaml:2:1: no valid YAML: ");
        assertThat(errors("a: \u0001\n").getFirst()).startsWith("p.yaml:1:1: no valid YAML: ");
        assertThat(errors("just text")).singleElement().asString().contains("a mapping with `apiVersion`");
    }

    /** Whatever is written, the answer is documents or mistakes, never a failure. */
    @Test
    void answersEveryText() {
        Random random = new Random(5);
        String[] pieces = {
            "{", "}", "[", "]", ":", "-", "\n", "  ", "&a", "*a", "!t", "'", "\"", "#", "|", ">", "? ", "%"
        };
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder(GOOD);
            for (int change = 0; change < 1 + i % 4; change++) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.insert(at, pieces[random.nextInt(pieces.length)]);
                } else {
                    text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
                }
            }
            switch (parse(text.toString())) {
                case Parsed parsed -> parsed.snapshot(1);
                case Invalid invalid -> assertThat(invalid.errors()).isNotEmpty();
            }
        }
    }

    private ParseResult parse(String text) {
        return parser.parse(List.of(new PolicySource("p.yaml", text)));
    }

    private List<String> errors(String text) {
        return ((Invalid) parse(text))
                .errors().stream().map(PolicyError::toString).toList();
    }
}
