package dev.muster.policy.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.Fixtures;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.Enforcement.Mechanism;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.enforcement.PlatformTraits.Platform;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That explanations agree with bundles is tested with the compiler. */
class ExplainTest {
    private static final PlatformTraits RELEASE = new PlatformTraits(Platform.OPENHARMONY, false, false);
    private static final PlatformTraits DEBUG = new PlatformTraits(Platform.OPENHARMONY, false, true);
    private static final PlatformTraits WITH_HELPER = new PlatformTraits(Platform.OPENHARMONY, true, false);

    private final Explain explain = new Explain();

    @Test
    void namesEveryBindingThatGivesThePermissionTheDecidingOneFirst() {
        List<PolicyDocument> documents = new ArrayList<>(Fixtures.minePolicy().roles());
        documents.addAll(Fixtures.minePolicy().bindings());
        documents.add(Binding.of("all-cameras", List.of("camera-user"), AppSelector.ALL, DeviceSelector.EVERYWHERE));

        Explanation explanation = explain.explain(
                PolicySnapshot.of(1, documents),
                Fixtures.mineDevice(),
                "com.example.drill",
                Fixtures.CAMERA,
                PlatformTraits.SIMULATED);

        assertThat(explanation.granted()).isTrue();
        assertThat(explanation.rules())
                .containsExactly(
                        Rule.binding("all-cameras", "camera-user"), Rule.binding("drill-camera", "camera-user"));
        assertThat(explanation.text()).contains("binding `all-cameras`");
        assertThat(explanation.enforcement()).isEqualTo(new Enforcement.AtVerify());
    }

    @Test
    void choosesTheMainInstanceOfTheFirstUserForABundleName() {
        assertThat(ask("com.example.lamp", Fixtures.CAMERA, RELEASE).app()).isEqualTo(Fixtures.LAMP);
        assertThat(ask("com.example.nobody", Fixtures.CAMERA, RELEASE).reason()).isEqualTo(Reason.UNKNOWN_TOKEN);
        assertThat(ask("com.example.nobody", Fixtures.CAMERA, RELEASE).app())
                .isEqualTo(AppKey.of("com.example.nobody"));
    }

    @Test
    void tellsHowFarADecisionBindsOnOpenHarmony() {
        // a user grant, which the command of a debug build and the helper can change
        assertThat(ask("com.example.lamp", Fixtures.CAMERA, RELEASE)
                        .enforcement()
                        .code())
                .isEqualTo("observed-only");
        assertThat(ask("com.example.lamp", Fixtures.CAMERA, DEBUG).enforcement())
                .isEqualTo(new Enforcement.ByOs(Mechanism.ATM_COMMAND));
        assertThat(ask("com.example.lamp", Fixtures.CAMERA, WITH_HELPER).enforcement())
                .isEqualTo(new Enforcement.ByOs(Mechanism.PRIVILEGED_HELPER));
        // what the installer refuses by itself
        assertThat(ask("com.example.drill", Fixtures.INSTALL, RELEASE).enforcement())
                .isEqualTo(new Enforcement.ByOs(Mechanism.INSTALL_ADMISSION));
        // a system grant, which no command changes
        assertThat(DEBUG.predict(dev.muster.policy.permission.PermissionCatalog.builtIn()
                                .find("ohos.permission.INTERNET")
                                .orElseThrow())
                        .code())
                .isEqualTo("observed-only");
    }

    private Explanation ask(String bundle, String permission, PlatformTraits traits) {
        return explain.explain(Fixtures.minePolicy(), Fixtures.mineDevice(), bundle, permission, traits);
    }
}
