package dev.muster.control.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.permission.Apl;
import java.util.List;
import org.junit.jupiter.api.Test;

class CellsTest {
    private static final String APP = "com.example.drill";
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String GRANT = """
            apiVersion: muster.dev/v1
            kind: Role
            metadata: {name: film}
            spec: {permissions: [ohos.permission.CAMERA]}
            ---
            apiVersion: muster.dev/v1
            kind: Binding
            metadata: {name: film}
            spec: {roles: [film], apps: {bundles: [com.example.drill]}, devices: all%s}
            """;
    private static final String RAIL = """
            ---
            apiVersion: muster.dev/v1
            kind: GuardRail
            metadata: {name: blasting}
            spec: {deny: [ohos.permission.CAMERA], when: "'blasting' in states"}
            """;

    private static final Levels NO_MEANS =
            Levels.of(new PlatformTraits(PlatformTraits.Platform.OPENHARMONY, false, false), List.of());
    private static final Levels LINUX = Levels.of(PlatformTraits.LINUX, List.of());

    @Test
    void aGuardRailOfSomeMomentsThatNothingBringsAboutIsCounted() {
        Bundle bundle = bundle(GRANT.formatted("") + RAIL);

        assertThat(Cells.powerless(bundle, NO_MEANS)).isEqualTo(1);
        assertThat(Cells.powerless(bundle, LINUX)).isZero();
    }

    @Test
    void aGrantOfSomeMomentsIsNot() {
        Bundle bundle = bundle(GRANT.formatted(", when: \"'docked' in states\""));

        assertThat(Cells.powerless(bundle, NO_MEANS)).isZero();
    }

    @Test
    void onlyAnAnswerUnderAConditionOnMoreThanTimeAsksTheDevice() {
        AppKey app = AppKey.of(APP);

        assertThat(Cells.asksTheDevice(bundle(GRANT.formatted("") + RAIL), app, CAMERA))
                .isTrue();
        assertThat(Cells.asksTheDevice(bundle(GRANT.formatted("")), app, CAMERA))
                .isFalse();
        assertThat(Cells.asksTheDevice(bundle(GRANT.formatted(", when: \"minute < clock('12:00')\"")), app, CAMERA))
                .isFalse();
    }

    private static Bundle bundle(String yaml) {
        ParseResult.Parsed parsed = (ParseResult.Parsed) new PolicyParser().parse(List.of(new PolicySource("p", yaml)));
        DeviceProfile profile = DeviceProfile.of(
                DeviceAttributes.NONE,
                List.of(AppInstance.of(AppKey.of(APP), Apl.NORMAL, List.of(CAMERA), List.of(), "", List.of())));
        return new BundleCompiler().inMemory(parsed.snapshot(1), profile);
    }
}
