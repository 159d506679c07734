package dev.muster.policy.language.tests;

import static dev.muster.policy.language.Policies.document;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.language.Policies;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyTestRunnerTest {
    private static final String POLICY = String.join(
            "---\n",
            document("Role", "camera-user", "permissions: [ohos.permission.CAMERA]"),
            document("Binding", "b", "roles: [camera-user]\napps: all\ndevices: {tags: [t]}\nwhen: \"'pit' in zones\""),
            document("Zone", "pit", "circle: {latitude: 1, longitude: 1, radiusMetres: 5}"),
            document("Zone", "yard", "tags: [pit]"),
            document("GuardRail", "r", "deny: [ohos.permission.MICROPHONE]\nwhen: \"'yard' in zones\""));

    @Test
    void passesWhatIsAsExpected() {
        assertThat(run("""
                device: {tags: [t]}
                app: {bundle: a, requested: [ohos.permission.CAMERA]}
                at: 2026-03-02T08:00:00Z
                zones: [pit]
                expect:
                  - {permission: ohos.permission.CAMERA, answer: granted}
                  - {permission: ohos.permission.CAMERA, answer: granted, reason: role}
                  - {permission: no.such, answer: denied, reason: unknown-permission}
                """)).containsExactly(new TestResult("t", List.of()));
    }

    @Test
    void saysWhatWasExpectedAndFoundAndWhy() {
        List<TestResult> results = run("""
                device: {tags: [t]}
                app: {bundle: a, requested: [ohos.permission.CAMERA]}
                at: 2026-03-02T08:00:00Z
                expect:
                  - {permission: ohos.permission.CAMERA, answer: granted, reason: role}
                  - {permission: ohos.permission.CAMERA, answer: denied, reason: guard-rail}
                  - {permission: ohos.permission.CAMERA, answer: denied}
                """);

        assertThat(results).singleElement().satisfies(result -> {
            assertThat(result.passed()).isFalse();
            assertThat(result.failures()).hasSize(2);
            assertThat(result.failures().getFirst().detail())
                    .startsWith("denied: ")
                    .contains("`b`", "condition");
            assertThat(result.failures())
                    .extracting(TestResult.Failure::index, TestResult.Failure::expected, TestResult.Failure::found)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(0, "granted (role)", "denied (condition)"),
                            org.assertj.core.groups.Tuple.tuple(1, "denied (guard-rail)", "denied (condition)"));
        });
    }

    /** A zone whose tag is called like another zone is not entered by that name. */
    @Test
    void entersZonesByTheirNamesOnly() {
        assertThat(run("""
                app: {bundle: a, requested: [ohos.permission.MICROPHONE]}
                at: 2026-03-02T08:00:00Z
                zones: [pit]
                expect: [{permission: ohos.permission.MICROPHONE, answer: denied, reason: unbound}]
                """)).allMatch(TestResult::passed);
        assertThat(run("""
                app: {bundle: a, requested: [ohos.permission.MICROPHONE]}
                at: 2026-03-02T08:00:00Z
                zones: [yard]
                expect: [{permission: ohos.permission.MICROPHONE, answer: denied, reason: guard-rail}]
                """)).allMatch(TestResult::passed);
    }

    private static List<TestResult> run(String test) {
        return new PolicyTestRunner()
                .run(Policies.parsed(POLICY, document("PolicyTest", "t", test)).snapshot(1));
    }
}
