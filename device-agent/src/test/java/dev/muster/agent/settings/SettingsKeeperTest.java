package dev.muster.agent.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.platform.SystemSettings;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.command.AllowList;
import dev.muster.protocol.command.CommandKind;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsKeeperTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    @TempDir
    Path directory;

    private final List<DeviceEvent> events = new ArrayList<>();
    private long nanos;
    private SettingsKeeper keeper;

    @BeforeEach
    void powerOn() throws IOException {
        keeper = keeper();
    }

    @Test
    void putsFilesWhereTheSettingsSayAndTakesThemAwayAgain() throws IOException {
        hold("{\"ntp\":{\"servers\":[\"a.mine\",\"b.mine\"]},"
                + "\"files\":{\"etc/banner\":{\"content\":\"hello\",\"mode\":\"0640\"}}}");

        assertThat(files().resolve("ntp/servers.conf")).hasContent("server a.mine iburst\nserver b.mine iburst\n");
        assertThat(files().resolve("etc/banner")).hasContent("hello");
        assertThat(Files.getPosixFilePermissions(files().resolve("etc/banner"))).hasSize(3);
        assertThat(events).extracting(DeviceEvent::kind).containsExactly("settings.applied");

        Files.writeString(files().resolve("etc/foreign"), "not ours");
        hold("{}");

        assertThat(files().resolve("etc/banner")).doesNotExist();
        assertThat(files().resolve("ntp/servers.conf")).doesNotExist();
        assertThat(files().resolve("etc/foreign")).exists();
    }

    @Test
    void putsBackWhatSomebodyChangesAndTellsIt() throws IOException {
        hold("{\"files\":{\"etc/banner\":{\"content\":\"hello\"}}}");
        events.clear();

        Files.writeString(files().resolve("etc/banner"), "HELLO");
        Files.writeString(directory.resolve("settings.json"), "{\"commands\":{\"kinds\":[\"reboot\"]}}");
        look();

        assertThat(files().resolve("etc/banner")).hasContent("hello");
        assertThat(directory.resolve("settings.json")).content().contains("banner");
        assertThat(events)
                .extracting(event -> event.kind() + " " + event.detail().get("what"))
                .containsExactlyInAnyOrder("drift.settings settings.json", "drift.settings etc/banner");
    }

    @Test
    void tellsTheSameDriftOnceAMinuteAndPutsItBackEveryTime() throws IOException {
        hold("{\"files\":{\"banner\":{\"content\":\"hello\"}}}");
        events.clear();

        for (int i = 0; i < 5; i++) {
            Files.writeString(files().resolve("banner"), "change " + i);
            look();
            assertThat(files().resolve("banner")).hasContent("hello");
        }

        assertThat(events).hasSize(1);
    }

    @Test
    void believesNoAllowListThatSomebodyWroteOntoTheDisk() throws IOException {
        hold("{\"commands\":{\"kinds\":[\"refresh\"]}}");

        Files.writeString(directory.resolve("settings.json"), "{\"commands\":{\"kinds\":[\"reboot\"]}}");

        assertThat(keeper().allowed().refusal(new CommandKind.Reboot())).isPresent();
        Files.writeString(directory.resolve("copy.json"), "{\"commands\":{\"kinds\":[\"reboot\"]}}");
        assertThat(keeper().allowed()).as("both altered").isEqualTo(AllowList.NOTHING);
    }

    @Test
    void isAtItsDefaultWithoutSettings() {
        assertThat(keeper.allowed()).isEqualTo(AllowList.DEFAULT);
        assertThat(keeper.allowsApp("com.example.pump")).isTrue();
    }

    @Test
    void letsInOnlyTheAppsOnTheList() throws IOException {
        hold("{\"apps\":{\"allowed\":[\"com.example.pump\"]}}");

        assertThat(keeper.allowsApp("com.example.pump")).isTrue();
        assertThat(keeper.allowsApp("com.example.game")).isFalse();
    }

    @Test
    void followsNoLinkOutOfItsRoot() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createDirectories(files());
        Files.createSymbolicLink(files().resolve("etc"), outside);

        hold("{\"files\":{\"etc/passwd\":{\"content\":\"root\"}}}");

        assertThat(outside.resolve("passwd")).doesNotExist();
        assertThat(files().resolve("etc/passwd")).hasContent("root");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"files\":{\"../evil\":{\"content\":\"x\"}}}",
                "{\"files\":{\"/etc/passwd\":{\"content\":\"x\"}}}",
                "{\"files\":{\"a/../../b\":{\"content\":\"x\"}}}",
                "{\"files\":{\".hidden\":{\"content\":\"x\"}}}",
                "{\"files\":{\"a\":{\"content\":\"x\"},\"a/b\":{\"content\":\"x\"}}}",
                "{\"files\":{\"a\":{\"content\":\"x\",\"mode\":\"4755\"}}}",
                "{\"ntp\":{\"servers\":[\"a\\nserver evil\"]}}",
                "{\"commands\":{\"kinds\":\"reboot\"}}"
            })
    void refusesADocumentThatAsksForWhatCannotBe(String document) {
        assertThatThrownBy(() -> keeper.check(JsonObject.parse(document.getBytes(UTF_8))))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void saysWhatOnlyOpenHarmonyCanDo() throws IOException {
        hold("{\"openharmony\":{\"hdc\":\"off\",\"usb\":\"off\"}}");

        assertThat(events.getLast().detail()).containsEntry("notHere", "openharmony.hdc,openharmony.usb");
    }

    private void hold(String document) throws IOException {
        keeper.keep(document.getBytes(UTF_8));
        Files.writeString(directory.resolve("settings.json"), document);
        look();
    }

    private void look() {
        nanos += 100_000_000;
        keeper.look();
    }

    private Path files() {
        return directory.resolve("files");
    }

    private SettingsKeeper keeper() throws IOException {
        return new SettingsKeeper(
                directory.resolve("settings.json"),
                directory.resolve("copy.json"),
                new TwoSlotStore(directory, "settings"),
                new ManagedFiles(files(), new TwoSlotStore(directory, "settings-files")),
                SystemSettings.NONE,
                events::add,
                () -> NOW,
                () -> nanos,
                line -> {});
    }
}
