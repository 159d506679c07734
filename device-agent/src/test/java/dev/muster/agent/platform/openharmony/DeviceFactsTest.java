package dev.muster.agent.platform.openharmony;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceFactsTest {
    private static final String UDID = "0123456789ABCDEF".repeat(4);

    private final Map<String, String> set = new HashMap<>(Map.of(
            "const.product.model", "DAYU 200",
            "const.ohos.fullname", "OpenHarmony-5.0.0.71",
            "const.ohos.apiversion", "12",
            "const.product.cpu.abilist", "arm64-v8a"));

    private final Tools tools = (limit, words) -> switch (String.join(" ", words)) {
        case "bm get -u" -> "udid of current device is :\n" + UDID + "\n";
        case String command
        when command.startsWith("param get ") ->
            set.getOrDefault(words.get(2), "Get parameter \"" + words.get(2) + "\" fail! errNum is:106!") + "\n";
        case String other -> throw new AssertionError("unexpected: " + other);
    };

    private final DeviceFacts facts = new DeviceFacts(new Parameters(tools), tools);

    @Test
    void tellsWhatMayBeReadUnderTheNamesOfEveryPlatform() throws IOException {
        assertThat(facts.read())
                .containsEntry("platform", "openharmony")
                .containsEntry("os.name", "OpenHarmony")
                .containsEntry("os.version", "OpenHarmony-5.0.0.71")
                .containsEntry("os.apiVersion", "12")
                .containsEntry("hardware", "dayu-200")
                .containsEntry("udid", UDID)
                .doesNotContainKeys("os.distribution", "os.securityPatch");
        assertThat(facts.serial()).isEmpty();
    }

    @Test
    void aDistributionNobodyToldUsOfIsUnknownAndItsOwnWordIsKept() throws IOException {
        set.put("const.product.os.dist.name", "SomethingNew");

        assertThat(facts.read()).containsEntry("os.name", "unknown").containsEntry("os.distribution", "SomethingNew");
    }

    @Test
    void aBuildIsADebugBuildOnlyIfItSaysSo() throws IOException {
        assertThat(facts.debugBuild()).isFalse();
        set.put("const.debuggable", "0");
        assertThat(new DeviceFacts(new Parameters(tools), tools).debugBuild()).isFalse();
        set.put("const.secure", "0");
        assertThat(new DeviceFacts(new Parameters(tools), tools).debugBuild()).isTrue();
    }
}
