package dev.muster.agent.platform.openharmony;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.platform.SystemSettings.Held;
import dev.muster.agent.standin.Packages;
import dev.muster.agent.standin.StandInDevice;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that only the system itself can bring about, each with its own result. */
class DeviceSettingsTest {
    private static final String PUMP = "com.example.pump";

    @TempDir
    Path directory;

    private StandInDevice device;
    private DeviceSettings settings;

    @BeforeEach
    void powerOn() throws IOException {
        device = new StandInDevice(directory.resolve("device"), true);
        settings = settings();
    }

    private DeviceSettings settings() {
        Tools tools = (limit, words) -> device.run(words);
        return new DeviceSettings(tools, new BundleManager(tools, () -> 0), directory.resolve("disabled.json"));
    }

    @Test
    void aParameterIsSetOnceAndPutBackWhenSomebodyChangesIt() throws IOException {
        String document = "{\"openharmony\":{\"params\":{\"persist.site.name\":\"pit-3\"}}}";

        assertThat(hold(document)).isEqualTo(new Held(Set.of("openharmony.params.persist.site.name"), Map.of()));
        assertThat(device.parameter("persist.site.name")).isEqualTo("pit-3");
        assertThat(hold(document)).isEqualTo(new Held(Set.of(), Map.of()));

        device.parameter("persist.site.name", "elsewhere");
        assertThat(hold(document).changed()).hasSize(1);
        assertThat(device.parameter("persist.site.name")).isEqualTo("pit-3");
    }

    @Test
    void everyParameterHasItsOwnResult() throws IOException {
        Held held = hold("""
                {"openharmony": {"params": {
                  "persist.site.name": "pit-3", "const.secure": "0", "persist.sys.owned": "x",
                  "persist.kept.by.others": "ours"}}}""");

        assertThat(held.changed()).containsExactly("openharmony.params.persist.site.name");
        assertThat(held.refused())
                .containsOnlyKeys(
                        "openharmony.params.const.secure",
                        "openharmony.params.persist.sys.owned",
                        "openharmony.params.persist.kept.by.others");
        assertThat(held.refused().get("openharmony.params.persist.sys.owned")).contains("errNum is:110");
        assertThat(held.refused().get("openharmony.params.persist.kept.by.others"))
                .contains("reads back");
        assertThat(device.parameter("const.secure")).isEqualTo("1");
    }

    @Test
    void theDebugBridgeGoesOffWhereTheBuildKnowsItAndWhatIsRefusedIsTold() throws IOException {
        Held held = hold("{\"openharmony\":{\"hdc\":\"off\",\"usb\":\"off\"}}");

        assertThat(device.parameter("persist.hdc.control.shell")).isEqualTo("false");
        assertThat(device.parameter("persist.hdc.control.file")).isEqualTo("false");
        assertThat(held.changed()).contains("openharmony.hdc");
        assertThat(held.refused()).containsOnlyKeys("openharmony.usb");
    }

    @Test
    void anAppThatIsNamedMayNotRunAndMayAgainWhenItIsNot() throws IOException {
        Path hap = Files.write(directory.resolve("pump.hap"), Packages.release(PUMP, 1));
        device.run(List.of("bm", "install", "-p", hap.toString()));

        Held held = hold("{\"openharmony\":{\"disabledApps\":[\"" + PUMP + "\",\"com.example.absent\"]}}");

        assertThat(held).isEqualTo(new Held(Set.of("openharmony.disabledApps." + PUMP), Map.of()));
        assertThat(device.run(List.of("bm", "dump", "-n", PUMP))).contains("\"enabled\":false");
        settings = settings();
        hold("{}");
        assertThat(device.run(List.of("bm", "dump", "-n", PUMP))).contains("\"enabled\":true");
    }

    private Held hold(String document) throws IOException {
        return settings.hold(JsonObject.parse(document.getBytes(UTF_8)));
    }
}
