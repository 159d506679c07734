package dev.muster.agent.platform.openharmony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.apps.AppStore;
import dev.muster.agent.apps.BadPackageException;
import dev.muster.agent.apps.HapFile;
import dev.muster.agent.apps.Haps;
import dev.muster.agent.standin.Packages;
import dev.muster.agent.standin.StandInDevice;
import dev.muster.agent.store.AlteredException;
import dev.muster.trust.metadata.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apps through the bundle manager: which package an app came from, and what is refused. */
class BundleStoreTest {
    private static final String PUMP = "com.example.pump";
    private static final String INTERNET = "ohos.permission.INTERNET";

    @TempDir
    Path directory;

    private StandInDevice device;
    private BundleStore store;

    @BeforeEach
    void powerOn() throws IOException {
        device = new StandInDevice(directory.resolve("device"), true);
        Files.createDirectory(directory.resolve("bundles"));
        store = store();
    }

    // Another agent, which has seen nothing yet.
    private BundleStore store() {
        return new BundleStore(
                new BundleManager((limit, words) -> device.run(words), () -> 0), directory.resolve("bundles"));
    }

    @Test
    void anInstalledAppIsKnownByThePackageItCameFrom() throws IOException {
        String sha256 = install(Packages.release(PUMP, 3, INTERNET));

        assertThat(store().installed()).singleElement().satisfies(app -> {
            assertThat(app.app().versionCode()).isEqualTo(3);
            assertThat(app.app().permissions()).containsExactly(INTERNET);
            assertThat(app.sha256()).contains(sha256);
        });
        assertThat(store.problem(PUMP)).isEmpty();
        store.commit(PUMP);
        assertThat(directory.resolve("bundles")).isDirectoryNotContaining("glob:**.hap");
    }

    @Test
    void levelAndListOfTheSignedProfileAreTold() throws IOException {
        String lifted = "ohos.permission.CAMERA_CONTROL";
        install(Packages.hap(PUMP, 3, Map.of("apl", "system_basic", "acls", List.of(lifted)), INTERNET, lifted));
        AppStore.Installed app = store.installed(PUMP).orElseThrow();

        assertThat(store.privilege(app.app())).isEqualTo(new AppStore.Privilege("system_basic", List.of(lifted)));
    }

    @Test
    void anAppThatSomebodyElsePutThereIsNotOurs() throws IOException {
        install(Packages.release(PUMP, 3, INTERNET));
        Path other = Files.write(directory.resolve("other.hap"), Packages.release(PUMP, 4, INTERNET));

        device.run(List.of("bm", "install", "-p", other.toString()));

        assertThat(store.installed(PUMP).flatMap(AppStore.Installed::sha256)).isEmpty();
        assertThat(store.problem(PUMP)).isPresent();
    }

    @Test
    void anAppThatWasRemovedAndInstalledAgainIsNotOursEither() throws IOException {
        byte[] hap = Packages.release(PUMP, 3, INTERNET);
        install(hap);
        Path file = Files.write(directory.resolve("same.hap"), hap);

        device.run(List.of("bm", "uninstall", "-n", PUMP));
        device.run(List.of("bm", "install", "-p", file.toString()));

        assertThat(store.installed(PUMP).flatMap(AppStore.Installed::sha256))
                .as("its data is gone: another token")
                .isEmpty();
    }

    @Test
    void aSwitchThatWasCutAfterTheInstallIsRepeated() throws IOException {
        byte[] hap = Packages.release(PUMP, 3, INTERNET);
        String sha256 = stage(hap);
        Path file = Files.write(directory.resolve("same.hap"), hap);
        device.run(List.of("bm", "install", "-p", file.toString()));

        store().activate(PUMP, sha256);

        assertThat(store.installed(PUMP).flatMap(AppStore.Installed::sha256)).contains(sha256);
    }

    @Test
    void bytesThatChangedSinceTheyWereCheckedAreNotInstalled() throws IOException {
        String sha256 = stage(Packages.release(PUMP, 3, INTERNET));
        try (var files = Files.list(directory.resolve("bundles"))) {
            Files.write(files.findFirst().orElseThrow(), Packages.release(PUMP, 4, INTERNET));
        }

        assertThatThrownBy(() -> store.activate(PUMP, sha256)).isInstanceOf(AlteredException.class);

        assertThat(device.isInstalled(PUMP)).isFalse();
    }

    @Test
    void aRefusalOfTheInstallerKeepsWhatIsThere() throws IOException {
        String first = install(Packages.release(PUMP, 3, INTERNET));
        String sha256 = stage(Packages.release(PUMP, 2, INTERNET));

        assertThatThrownBy(() -> store.activate(PUMP, sha256)).isInstanceOfSatisfying(BadPackageException.class, e -> {
            assertThat(e.reason()).isEqualTo("Downgrade");
            assertThat(e).hasMessageContaining("9568263");
        });

        assertThat(store.installed(PUMP).flatMap(AppStore.Installed::sha256)).contains(first);
    }

    @Test
    void anAppOfTheSystemStaysAndTheRefusalIsTold() throws IOException {
        install(Packages.hap(PUMP, 3, Map.of("system", true), INTERNET));

        assertThatThrownBy(() -> store.remove(PUMP)).hasMessageContaining("9568380");

        assertThat(device.isInstalled(PUMP)).isTrue();
    }

    @Test
    void aBundleManagerThatTellsNothingIsNoDeviceWithoutApps() throws IOException {
        assertThat(store.installed()).isEmpty();

        BundleStore early = new BundleStore(
                new BundleManager((limit, words) -> "error: connect bms failed\n", () -> 0),
                directory.resolve("bundles"));

        assertThatThrownBy(early::installed).hasMessageContaining("connect bms failed");
    }

    @Test
    void removingTwiceIsRemovingOnce() throws IOException {
        install(Packages.release(PUMP, 3, INTERNET));

        store.remove(PUMP);
        store.remove(PUMP);

        assertThat(store.installed()).isEmpty();
    }

    private String install(byte[] hap) throws IOException {
        String sha256 = stage(hap);
        store.activate(PUMP, sha256);
        return sha256;
    }

    private String stage(byte[] hap) throws IOException {
        Path file = Files.write(directory.resolve("download"), hap);
        try (HapFile opened = new HapFile(Haps.checked(file))) {
            store.stage(opened, Hashes.sha256(hap));
        }
        return Hashes.sha256(hap);
    }
}
