package dev.muster.control.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.artifacts.AppDetails;
import dev.muster.control.artifacts.AppDetails.ProfileDetails;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactDetails;
import dev.muster.control.packages.Chains;
import dev.muster.control.packages.Signature;
import dev.muster.control.rollouts.PreviewStore.Seen;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.identity.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstallRefusalsTest {
    private static final String BASIC = "ohos.permission.ABILITY_BACKGROUND_COMMUNICATION";
    private static final Signature SIGNED = new Signature.UnknownSigner("CN=x", "ab", "CN=root", Chains.NONE);
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    private final InstallRefusals refusals = new InstallRefusals();

    @Test
    void anAclThatIsMissingIsNamedWithLevelAndCode() {
        assertThat(refusals.of(app(profile("enterprise", Apl.NORMAL, List.of()), 12, List.of(), BASIC), device("", 12)))
                .containsExactly(
                        "ACL missing for `" + BASIC + "`: needs system_basic, the profile gives normal (9568289)");
    }

    @Test
    void anAclOrAHigherLevelLiftsIt() {
        assertThat(refusals.of(
                        app(profile("enterprise", Apl.NORMAL, List.of(BASIC)), 12, List.of(), BASIC), device("", 12)))
                .isEmpty();
        assertThat(refusals.of(
                        app(profile("enterprise", Apl.SYSTEM_BASIC, List.of()), 13, List.of(), BASIC), device("", 13)))
                .isEmpty();
    }

    @Test
    void devicesWhoseSystemDoesNotKnowAPermissionDoNotRefuseIt() {
        // Since API level 9.
        assertThat(refusals.of(app(profile("enterprise", Apl.NORMAL, List.of()), 8, List.of(), BASIC), device("", 8)))
                .isEmpty();
    }

    @Test
    void permissionsOfDeviceManagementNeedTheirDistribution() {
        String mdm = "ohos.permission.ENTERPRISE_ADMIN_MANAGE";

        assertThat(refusals.of(
                        app(profile("app_gallery", Apl.SYSTEM_BASIC, List.of()), 12, List.of(), mdm),
                        device("tablet", 12)))
                .singleElement()
                .asString()
                .contains("enterprise_mdm", "9568289");
        // Defined for 2in1, tablet and phone only.
        assertThat(refusals.of(
                        app(profile("app_gallery", Apl.SYSTEM_BASIC, List.of()), 12, List.of(), mdm),
                        device("car", 12)))
                .isEmpty();
    }

    @Test
    void theApiLevelCountsInBothSpellings() {
        for (int written : new int[] {14, 50_000_014}) {
            assertThat(refusals.of(
                            app(profile("enterprise", Apl.NORMAL, List.of()), written, List.of()), device("", 12)))
                    .containsExactly("needs API level 14, the device has 12 (9568297)");
        }
    }

    @Test
    void anotherTypeOfDeviceRefuses() {
        Artifact app = app(profile("enterprise", Apl.NORMAL, List.of()), 12, List.of("default", "tablet"));

        assertThat(refusals.of(app, device("car", 12)))
                .containsExactly("made for default, tablet, not for car (9568304)");
        assertThat(refusals.of(app, device("phone", 12))).isEmpty();
        // A word of operators that OpenHarmony does not know.
        assertThat(refusals.of(app, device("camera", 12))).isEmpty();
    }

    @Test
    void aDebugProfileIsForItsDevicesOnly() {
        ProfileDetails debug = new ProfileDetails(
                true, "none", Apl.NORMAL, false, "", AT, AT, List.of(), Map.of(), List.of(), List.of("U-1"));

        assertThat(refusals.of(app(Optional.of(debug), 12, List.of()), device("", 12)))
                .isEmpty();
        ProfileDetails other = new ProfileDetails(
                true, "none", Apl.NORMAL, false, "", AT, AT, List.of(), Map.of(), List.of(), List.of("U-2", "U-3"));
        assertThat(refusals.of(app(Optional.of(other), 12, List.of()), device("", 12)))
                .containsExactly("its debug profile names 2 devices, and not this one (9568322)");
    }

    @Test
    void anUnsignedAppAndAnAppPackAreNotTaken() {
        AppDetails details = new AppDetails(
                "app-pack", "app", 12, 12, "", false, List.of(), Map.of(), new Signature.Unsigned(), Optional.empty());

        assertThat(refusals.of(artifact(details), device("", 12)))
                .hasSize(2)
                .anyMatch(reason -> reason.contains("App Pack"))
                .contains("not signed (9568320)");
    }

    private static Optional<ProfileDetails> profile(String distribution, Apl apl, List<String> acls) {
        return Optional.of(
                new ProfileDetails(false, distribution, apl, false, "", AT, AT, acls, Map.of(), List.of(), List.of()));
    }

    private static Artifact app(
            Optional<ProfileDetails> profile, int minApi, List<String> deviceTypes, String... permissions) {
        return artifact(
                new AppDetails("hap", "app", minApi, minApi, "", false, deviceTypes, Map.of(), SIGNED, profile),
                permissions);
    }

    private static Artifact artifact(AppDetails details, String... permissions) {
        return new Artifact(
                // Permissions are looked at once per package and kind of system.
                Integer.toHexString(
                        details.hashCode() * 31 + List.of(permissions).hashCode()),
                1,
                Artifact.Kind.APP,
                "com.example.x",
                "1",
                1,
                "1",
                "*",
                1,
                details.signature().text(),
                details.apl().text(),
                List.of(permissions),
                new ArtifactDetails.OfApp(details),
                AT,
                "",
                "");
    }

    private static Seen device(String type, int api) {
        return new Seen(new DeviceId("d-1"), "board", 2, "", true, "openharmony", type, "U-1", api);
    }
}
