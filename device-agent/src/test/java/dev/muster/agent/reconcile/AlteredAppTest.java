package dev.muster.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.apps.AppStore;
import dev.muster.agent.apps.AppWatch;
import dev.muster.agent.apps.Haps;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of an installed app that are lost, changed or gone bad: found, told by name, and fetched anew. */
class AlteredAppTest {
    private static final TargetName APP = new TargetName.App("com.example.pump");

    @TempDir
    Path directory;

    private Device device;
    private DesiredState desired;
    private long nanos = -5; // a clock that never goes back says nothing of where it began

    @BeforeEach
    void installsTheApp() throws IOException {
        device = new Device(directory);
        byte[] hap = Haps.zip(Map.of(
                "module.json", Haps.moduleJson("com.example.pump", 1),
                "ets/modules.abc", "code of version 1",
                "libs/arm64/libpump.so", "x".repeat(9 << 20),
                "libs/arm64/libvalve.so", "y".repeat(9 << 20)));
        desired = new DesiredState(1, List.of(device.target(APP.text(), hap, "1", 1)), List.of());
        device.settle(desired);
        device.offsets.clear();
    }

    @Test
    void anAppThatIsAsItWasInstalledIsLeftAlone() throws IOException {
        AppWatch watch = watch();
        for (int look = 0; look < 600; look++) {
            assertThat(watch.lookIfDue()).isEmpty();
            passes(Duration.ofMinutes(5));
        }

        device.settle(desired);

        assertThat(device.offsets).isEmpty();
    }

    @Test
    void aChangedFileIsFoundAtTheNextStartAndFetchedAnew() throws IOException {
        Files.writeString(file("ets/modules.abc"), "evil of version 1");
        later("ets/modules.abc");

        assertThat(watch().lookIfDue()).singleElement().asString().contains("ets/modules.abc", "fetched anew");

        isFetchedAnew();
    }

    @Test
    void aFileThatIsGoneIsFoundAndFetchedAnew() throws IOException {
        Files.delete(file("module.json"));

        assertThat(watch().lookIfDue()).singleElement().asString().contains("module.json");

        isFetchedAnew();
    }

    @Test
    void aLinkInPlaceOfAFileIsFound() throws IOException {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "code of version 1");
        Files.setLastModifiedTime(elsewhere, Files.getLastModifiedTime(file("ets/modules.abc")));
        Files.delete(file("ets/modules.abc"));
        Files.createSymbolicLink(file("ets/modules.abc"), elsewhere);

        assertThat(watch().lookIfDue()).singleElement().asString().contains("ets/modules.abc");
    }

    @Test
    void whatNoTimeOrSizeShowsIsFoundWithinADayAndStaysFoundAfterARestart() throws IOException {
        Path library = file("libs/arm64/libvalve.so");
        FileTime modified = Files.getLastModifiedTime(library);
        Files.writeString(library, "z".repeat(9 << 20));
        Files.setLastModifiedTime(library, modified);
        AppWatch watch = watch();
        assertThat(watch.lookIfDue())
                .as("a look reads nothing that looks untouched")
                .isEmpty();
        int looks = 0;
        List<String> found = List.of();
        while (found.isEmpty()) {
            passes(Duration.ofMinutes(5));
            found = watch.lookIfDue();
            assertThat(++looks).as("looks").isLessThan(24 * 12);
        }

        assertThat(looks)
                .as("not all that there is to read is read in one look")
                .isGreaterThan(1);
        assertThat(found).singleElement().asString().contains("libvalve.so");
        isFetchedAnew();
    }

    @Test
    void aFileThatWasOnlyTouchedIsReadOnceAndIsWell() throws IOException {
        later("ets/modules.abc");
        AppWatch watch = watch();

        assertThat(watch.lookIfDue()).isEmpty();

        assertThat(device.powerOn()
                        .platform
                        .apps()
                        .installed("com.example.pump")
                        .flatMap(AppStore.Installed::sha256))
                .isPresent();
    }

    @Test
    void anAppOfAnAgentThatNotedNothingIsLeftAlone() throws IOException {
        Files.delete(file(".muster-files.json"));
        Files.writeString(file("ets/modules.abc"), "who knows");

        assertThat(watch().lookIfDue()).isEmpty();
    }

    private AppWatch watch() throws IOException {
        return new AppWatch(device.powerOn().platform.apps(), () -> nanos);
    }

    private void passes(Duration time) {
        nanos += time.toNanos();
    }

    private void later(String name) throws IOException {
        FileTime now = Files.getLastModifiedTime(file(name));
        Files.setLastModifiedTime(file(name), FileTime.fromMillis(now.toMillis() + 5_000));
    }

    private Path file(String name) throws IOException {
        return device.state.device().resolve("apps/com.example.pump/current").resolve(name);
    }

    private void isFetchedAnew() throws IOException {
        assertThat(device.powerOn()
                        .platform
                        .apps()
                        .installed("com.example.pump")
                        .flatMap(AppStore.Installed::sha256))
                .as("counts as put there by somebody else")
                .isEqualTo(Optional.empty());
        assertThat(device.settle(desired).condition(APP).orElseThrow().state()).isEqualTo(ConditionState.COMMITTED);
        assertThat(device.offsets).hasSize(1);
        assertThat(file("module.json")).exists();
        assertThat(file("ets/modules.abc")).hasContent("code of version 1");
        assertThat(file("libs/arm64/libvalve.so")).hasSize(9 << 20);
        assertThat(watch().lookIfDue()).isEmpty();
    }
}
