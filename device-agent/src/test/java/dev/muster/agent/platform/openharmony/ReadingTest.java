package dev.muster.agent.platform.openharmony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tools' answers mean. */
class ReadingTest {
    private static final String DUMP = """
            com.example.pump:
            {
                "applicationInfo": {
                    "accessTokenId": 537719865,
                    "accessTokenIdEx": 537719865,
                    "appDistributionType": "none",
                    "appPrivilegeLevel": "system_basic",
                    "appProvisionType": "release",
                    "isSystemApp": false
                },
                "hapModuleInfos": [{"mainAbility": "", "name": "lib"}, {"mainAbility": "EntryAbility", "name": "entry"}],
                "name": "com.example.pump",
                "reqPermissionDetails": [
                    {"name": "ohos.permission.CAMERA", "moduleName": "entry"},
                    {"name": "ohos.permission.INTERNET", "moduleName": "entry"},
                    {"name": "ohos.permission.CAMERA", "moduleName": "feature"}
                ],
                "versionCode": 1000007,
                "versionName": "1.0.7"
            }
            """;

    @Test
    void aBundleIsReadFromItsDump() throws IOException {
        assertThat(InstalledBundle.read(DUMP))
                .contains(new InstalledBundle(
                        "com.example.pump",
                        1_000_007,
                        "1.0.7",
                        537_719_865,
                        false,
                        false,
                        "system_basic",
                        true,
                        Optional.of("EntryAbility"),
                        List.of("ohos.permission.CAMERA", "ohos.permission.INTERNET")));
        assertThat(InstalledBundle.read(DUMP.replace("\"release\"", "\"debug\"")))
                .hasValueSatisfying(bundle -> assertThat(bundle.debug()).isTrue());
    }

    @Test
    void aBundleThatIsNotThereIsNoneAndAnAnswerOfAnotherFormIsAnError() throws IOException {
        assertThat(InstalledBundle.read("error: failed to get information and the parameters may be wrong."))
                .isEmpty();
        assertThatThrownBy(() -> InstalledBundle.read("com.example.pump: { not json }"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> InstalledBundle.read("usage: bm dump")).isInstanceOf(IOException.class);
    }

    @Test
    void namesAreReadFromTheListOfEveryUser() {
        assertThat(InstalledBundle.names(
                        "ID: 100:\n\tcom.example.pump\n\tcom.ohos.launcher\nID: 101:\n\tcom.example.pump\n"))
                .containsExactly("com.example.pump", "com.ohos.launcher");
    }

    @ParameterizedTest
    @CsvSource({"9568289, PermissionRefused", "9568263, Downgrade", "9568322, NotTrusted", "9568288, DiskFull"})
    void aRefusalSaysItsCause(int code, String reason) {
        BundleAnswer answer =
                BundleAnswer.install("error: failed to install bundle.\ncode:" + code + "\nerror: install failed.\n");

        assertThat(answer).isInstanceOfSatisfying(BundleAnswer.Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.reason()).isEqualTo(reason);
        });
    }

    @ParameterizedTest
    @EnumSource(BundleCode.class)
    void everyCodeHasAReasonForReportsAndASentenceForPeople(BundleCode code) {
        assertThat(code.reason()).matches("[A-Z][A-Za-z]+");
        assertThat(code.text()).isNotBlank();
        assertThat(BundleCode.of(code.code())).contains(code);
    }

    @Test
    void onlyTheToolsOwnWordsMeanDone() {
        assertThat(BundleAnswer.install("install bundle successfully.\n")).isInstanceOf(BundleAnswer.Done.class);
        assertThat(BundleAnswer.uninstall("uninstall bundle successfully.\n")).isInstanceOf(BundleAnswer.Done.class);
        assertThat(BundleAnswer.install("uninstall bundle successfully.\n")).isInstanceOf(BundleAnswer.Refused.class);
        assertThat(BundleAnswer.install("")).isInstanceOf(BundleAnswer.Refused.class);
        assertThat(BundleAnswer.install("install bundle successfully.\ncode:9568289\n"))
                .as("a code beside it")
                .isInstanceOf(BundleAnswer.Refused.class);
        assertThat(BundleAnswer.install("error: something new, code:9568999"))
                .isInstanceOfSatisfying(BundleAnswer.Refused.class, refused -> assertThat(refused.text())
                        .contains("something new")
                        .contains("9568999"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  \n",
                "Get parameter \"const.x\" fail! errNum is:106!",
                "get parameter ohos.boot.sn failed",
                "error: not allowed"
            })
    void aParameterThatIsNotSetOrNotForUsIsAbsent(String answer) {
        assertThat(Parameters.value(answer)).isEmpty();
    }

    @Test
    void constantsAreAskedOnce() throws IOException {
        int[] asked = {0};
        Parameters parameters = new Parameters((limit, words) -> {
            asked[0]++;
            return "value of " + words.get(2) + "\n";
        });

        assertThat(parameters.get("const.product.model")).contains("value of const.product.model");
        parameters.get("const.product.model");
        parameters.get("persist.site");
        parameters.get("persist.site");

        assertThat(asked[0]).isEqualTo(3);
        assertThatThrownBy(() -> parameters.get("a; reboot")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "12, 9, 1",
        "9, 12, -1",
        "26.1.0, 26, 1",
        "26.0.0, 26, 0",
        "23, 26.0.0, -1",
        "50001, 5.0.1, 0",
        "60000, 5.1, 1"
    })
    void levelsAreComparedAsVersions(String one, String other, int order) {
        ApiLevel left = ApiLevel.parse(one).orElseThrow();
        ApiLevel right = ApiLevel.parse(other).orElseThrow();

        assertThat(Integer.signum(left.compareTo(right))).isEqualTo(order);
        assertThat(Integer.signum(right.compareTo(left))).isEqualTo(-order);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "twelve", "12b", "-1", "1.2.3.4.5", "99999999999", "12."})
    void whatIsNoLevelIsNone(String text) {
        assertThat(ApiLevel.parse(text)).isEmpty();
    }

    @Test
    void onlyTheParameterTellsDistributionsApart() {
        assertThat(Distribution.nameOf(Optional.empty())).isEqualTo("OpenHarmony");
        assertThat(Distribution.nameOf(Optional.of(""))).isEqualTo("OpenHarmony");
        assertThat(Distribution.nameOf(Optional.of("HarmonyOS"))).isEqualTo("HarmonyOS");
        assertThat(Distribution.nameOf(Optional.of("harmonyos"))).isEqualTo("unknown");
        // In the table, and nobody told us its string yet.
        assertThat(Distribution.nameOf(Optional.of("Oniro"))).isEqualTo("unknown");
        assertThat(Distribution.known())
                .extracting(Distribution::name)
                .contains(
                        "Oniro",
                        "MineHarmony",
                        "KaihongOS",
                        "SwanLinkOS",
                        "HongZOS",
                        "Orange Pi OS",
                        "RobanTrust",
                        "LightBeeOS",
                        "PolyOS",
                        "YanLink",
                        "PureHarmony")
                .doesNotHaveDuplicates();
    }
}
