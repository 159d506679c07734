package dev.muster.policy.language.lint;

import static dev.muster.policy.language.Policies.document;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.language.Policies;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.permission.Apl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule finds what it is for, at its place, and is silent beside it. */
class PolicyLintTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final String CAMERA_USER = document("Role", "camera-user", "permissions: [ohos.permission.CAMERA]");
    private static final String BOUND =
            document("Binding", "b", "roles: [camera-user]\napps: {bundles: [com.acme.*]}\ndevices: all");
    private static final String PIT = document("Zone", "pit", "tags: [gate]");

    private final PolicyLint lint = new PolicyLint();

    @Test
    void isSilentOnAGoodPolicy() {
        assertThat(findings(CAMERA_USER, BOUND)).isEmpty();
    }

    @Test
    void findsWhatNobodyUses() {
        assertThat(findings(
                        CAMERA_USER,
                        document("Role", "empty", "permissions: []"),
                        PIT,
                        document("Shift", "early", "windows: [{days: all, from: 06:00, to: 14:00}]")))
                .containsExactly(
                        "3:18 role-unused Role `camera-user`: no binding gives this role; bind it or remove it",
                        "9:18 role-unused Role `empty`: no binding gives this role; bind it or remove it",
                        "9:18 role-empty Role `empty`: holds no permission",
                        "15:18 zone-unused Zone `pit`: no condition asks for this zone",
                        "21:18 shift-unused Shift `early`: no condition asks for this shift");
    }

    @Test
    void findsBindingsThatGiveNothing() {
        assertThat(findings(
                        document("Role", "empty", "permissions: []"),
                        document("Binding", "b", "roles: [empty]\napps: {bundles: [\"com acme\"]}\ndevices: all")))
                .containsExactly(
                        "3:18 role-empty Role `empty`: holds no permission",
                        "11:10 binding-never-matches Binding `b`: its roles hold no permission at all",
                        "12:9 binding-never-matches Binding `b`: no bundle is ever called `com acme`: letters, digits,"
                                + " `_` and `.` are allowed, a letter first");
    }

    @Test
    void findsPermissionsThatAppsHardlyGet() {
        assertThat(rules(document("Role", "camera-user", """
                        permissions:
                          - ohos.permission.ACCESS_AMS_FROM_FUSION
                          - ohos.permission.ACCESS_ANCO_APP_DATA
                        """), BOUND))
                .containsExactly("6:7 permission-service-only", "7:7 permission-needs-acl");
    }

    @Test
    void findsAConditionThatTheRoleItselfLifts() {
        assertThat(findings(document("Role", "camera-user", """
                        permissions:
                          - ohos.permission.CAMERA
                          - {names: [ohos.permission.CAMERA], when: "'pit' in zones"}
                        """), BOUND, PIT))
                .containsExactly("7:16 permission-also-plain Role `camera-user`: gives `ohos.permission.CAMERA` also"
                        + " without this condition, which therefore changes nothing");
    }

    @Test
    void findsGrantsThatAGuardRailDeniesEntirely() {
        String rail = document("GuardRail", "r", "deny: [ohos.permission.CAMERA]");

        assertThat(findings(CAMERA_USER, BOUND, rail))
                .containsExactly("9:18 grant-shadowed Binding `b`: guard rail `r` denies all it gives:"
                        + " `ohos.permission.CAMERA`, everywhere and always");
        assertThat(rules(CAMERA_USER, BOUND, rail + "  apps: {bundles: [com.acme.a]}\n"))
                .isEmpty();
        assertThat(rules(CAMERA_USER, BOUND, rail + "  devices: {tags: [t]}\n")).isEmpty();
        assertThat(rules(CAMERA_USER, BOUND, rail + "  when: minute < 100\n")).isEmpty();
        assertThat(rules(
                        CAMERA_USER,
                        BOUND,
                        document("GuardRail", "r", "ceiling: [ohos.permission.MICROPHONE]\napps: {bundles: [com.*]}")))
                .containsExactly("9:18 grant-shadowed");
    }

    @Test
    void findsConditionsThatSayNothing() {
        assertThat(findings(
                        CAMERA_USER,
                        BOUND + "  when: minute < 100 && minute > 200\n",
                        document("GuardRail", "r", "deny: [ohos.permission.CAMERA]\nwhen: weekday < 6 || weekday >= 6"),
                        document("GuardRail", "s", "deny: []\nwhen: \"!(network == 'a' || network != 'a')\"")))
                .containsExactly(
                        "14:9 condition-never Binding `b`: this condition can never hold",
                        "21:9 condition-always GuardRail `r`: this condition always holds; leave it out",
                        "28:9 condition-never GuardRail `s`: this condition can never hold");
        assertThat(rules(CAMERA_USER, BOUND + "  when: \"network == 'a' && network == 'b'\"\n"))
                .containsExactly("14:9 condition-never");
    }

    @Test
    void findsConditionsOfBindingAndRoleThatExcludeEachOther() {
        assertThat(findings(document("Role", "camera-user", """
                        permissions:
                          - {names: [ohos.permission.CAMERA], when: minute < 100}
                          - {names: [ohos.permission.MICROPHONE], when: minute > 150}
                        """), BOUND + "  when: minute > 200\n"))
                .containsExactly("16:9 conditions-exclude Binding `b`: never holds together with the condition under"
                        + " which role `camera-user` gives `ohos.permission.CAMERA`");
    }

    @Test
    void findsConditionsThatTurnWhereAFactIsNotKnown() {
        assertThat(findings(
                        CAMERA_USER,
                        PIT,
                        BOUND + "  when: \"!('pit' in zones) && network != 'guest'\"\n",
                        document("GuardRail", "r", "deny: [ohos.permission.NFC_TAG]\nwhen: \"'pit' in zones\"")))
                .containsExactly(
                        "20:9 negated-fact Binding `b`: holds also where zone `pit` or network `guest` is not known:"
                                + " unknown counts as not there; ask for something that must be there",
                        "27:9 limit-needs-fact GuardRail `r`: does not limit where zone `pit` is not known: unknown"
                                + " counts as not there; ask with `!` for what lifts the limit");
        // Time is always known.
        assertThat(rules(
                        CAMERA_USER,
                        document("Shift", "early", "windows: [{days: all, from: 06:00, to: 14:00}]"),
                        BOUND + "  when: \"!('early' in shifts)\"\n"))
                .isEmpty();
    }

    @Test
    void findsCapabilitiesThatEndedOrHardlyEnd() {
        String capability = "permissions: [ohos.permission.CAMERA]\napps: all\ndevices: {ids: [a]}\n";

        assertThat(findings(document("Capability", "c", capability + "notAfter: 2026-03-01T00:00:00Z")))
                .containsExactly(
                        "8:13 capability-ended Capability `c`: ended at 2026-03-01T00:00:00Z; remove it or give"
                                + " it a new end");
        assertThat(rules(document("Capability", "c", capability + "notAfter: 2027-03-02T00:00:00Z")))
                .isEmpty();
        assertThat(rules(document("Capability", "c", capability + "notAfter: 2027-03-03T00:00:00Z")))
                .containsExactly("8:13 capability-long-lived");
    }

    @Test
    void findsCapabilitiesThatABindingOutlives() {
        String capability = document("Capability", "c", """
                permissions: [ohos.permission.CAMERA, ohos.permission.MICROPHONE]
                apps: {bundles: [com.acme.repair]}
                devices: {ids: [a]}
                notAfter: 2026-03-02T00:00:00Z
                """);

        assertThat(findings(CAMERA_USER, BOUND, capability))
                .containsExactly(
                        "17:18 capability-redundant Capability `c`: binding `b` without a condition already gives"
                                + " `ohos.permission.CAMERA`; it does not end with this capability");
        assertThat(rules(CAMERA_USER, BOUND + "  when: minute > 5\n", capability))
                .isEmpty();
    }

    @Test
    void findsBindingsThatAnotherMakesNeedless() {
        String narrow = document(
                "Binding",
                "a",
                "roles: [camera-user]\napps: {bundles: [com.acme.x], labels: [l]}\ndevices: {tags: [t]}\nwhen: minute < 5");

        assertThat(findings(CAMERA_USER, narrow, BOUND))
                .containsExactly("9:18 grant-duplicate Binding `a`: binding `b` gives at least the same");
        assertThat(rules(CAMERA_USER, BOUND, BOUND.replace("name: b", "name: c")))
                .containsExactly("17:18 grant-duplicate");
    }

    @Test
    void findsTestsOfPermissionsThatDoNotExist() {
        assertThat(findings(document("PolicyTest", "t", """
                app: {bundle: a, requested: []}
                at: 2026-03-02T08:00:00Z
                expect: [{permission: ohos.permission.CAMRA, answer: denied}]
                """)))
                .containsExactly("7:25 test-unknown-permission PolicyTest `t`: no permission `ohos.permission.CAMRA` is"
                        + " defined; did you mean `ohos.permission.CAMERA`?");
    }

    @Test
    void comparesWithTheInventoryOnlyWhereThereIsOne() {
        List<DeviceProfile> fleet = List.of(DeviceProfile.of(
                DeviceAttributes.of("", Set.of("t"), "", Set.of(), "", Set.of()),
                List.of(AppInstance.of(AppKey.of("com.acme.a"), Apl.NORMAL, Set.of("ohos.permission.CAMERA")))));
        var documents = Policies.parsed(
                        CAMERA_USER,
                        BOUND + "  users: [5]\n",
                        document(
                                "GuardRail",
                                "r",
                                "deny: [ohos.permission.NFC_TAG, ohos.permission.CAMERA]\ndevices: {tags: [t]}"))
                .documents();

        assertThat(lint.lint(documents, NOW)).isEmpty();
        assertThat(lint.lint(documents, NOW, fleet))
                .extracting(PolicyLintTest::rule)
                .containsExactly("9:18 selects-nothing", "20:10 deny-unrequested");
    }

    @Test
    void theGuideExplainsEveryRule() throws IOException {
        String guide = Files.readString(Path.of("../docs/guides/policies.md"));

        assertThat(Arrays.stream(LintRule.values())).allSatisfy(rule -> assertThat(guide)
                .contains("| `" + rule.id() + "` | " + rule.severity().text() + " | " + rule.meaning() + " |"));
    }

    private List<String> findings(String... documents) {
        return lint.lint(Policies.parsed(documents).documents(), NOW).stream()
                .map(finding -> rule(finding) + " " + finding.message())
                .toList();
    }

    private List<String> rules(String... documents) {
        return lint.lint(Policies.parsed(documents).documents(), NOW).stream()
                .map(PolicyLintTest::rule)
                .toList();
    }

    private static String rule(Finding finding) {
        return finding.line() + ":" + finding.column() + " " + finding.rule().id();
    }
}
