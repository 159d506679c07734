package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.apps.AppStore;
import dev.muster.agent.apps.HapFile;
import dev.muster.agent.apps.Haps;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.InstallGate;
import dev.muster.agent.update.Reasons;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody swaps bytes between the moment their digest was checked and the moment they are used. */
class SwappedBytesTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final TargetName APP = new TargetName.App("com.example.pump");
    private static final TargetName SETTINGS = new TargetName.Settings();
    private static final InstallGate CLOSED = target -> Optional.of(new InstallGate.Hold("OutsideWindow", "wait"));

    @TempDir
    Path directory;

    private Device device;

    @BeforeEach
    void becomesVersionOne() throws IOException {
        device = new Device(directory);
        device.settle(
                document(1, image("2.0.0", 1), app("code of version 1", 1), settings("{\"custom\":\"signed 1\"}", 1)));
        assertThat(running()).isEqualTo("2.0.0, code of version 1, {\"custom\":\"signed 1\"}");
    }

    @Test
    void anImageSwappedInItsSlotWhileItWaitsForTheWindowIsNotSwitchedTo() throws IOException {
        DesiredTarget image = image("2.1.0", 2);
        isWaiting(document(2, image));
        Files.write(device.state.device().resolve("slots/a.img"), Device.image("6.6.6"));

        AgentState end = device.settle(document(2, image));

        isRefused(end, IMAGE);
        assertThat(running()).startsWith("2.0.0,");
        assertThat(device.settle(document(3, image))
                        .condition(IMAGE)
                        .orElseThrow()
                        .state())
                .as("no fault of the signed bytes")
                .isEqualTo(ConditionState.COMMITTED);
    }

    @Test
    void anAppSwappedAfterItWasUnpackedIsNotSwitchedTo() throws IOException {
        DesiredTarget app = app("code of version 2", 2);
        isWaiting(document(2, app));
        Files.writeString(
                device.state.device().resolve("apps/com.example.pump/2/ets/modules.abc"), "evil of version 2");

        AgentState end = device.settle(document(2, app));

        isRefused(end, APP);
        assertThat(running()).contains("code of version 1");
        device.settle(document(3, app));
        assertThat(running()).contains("code of version 2");
    }

    @Test
    void aPackageSwappedBetweenItsCheckAndTheInstallerIsNotInstalled() throws IOException {
        DesiredTarget app = app("code of version 2", 2);
        byte[] evil = hap("evil of version 2", 2);
        assertThat(evil).as("as good a package, to the installer").hasSameSizeAs(device.bytes(app));
        device.appsSeam = store -> beforeStaging(store, () -> Files.write(download(app), evil));

        AgentState end = device.settle(document(2, app));

        isRefused(end, APP);
        assertThat(running()).contains("code of version 1");
        device.appsSeam = store -> store;
        device.settle(document(3, app));
        assertThat(running()).contains("code of version 2");
    }

    @Test
    void settingsSwappedWhileTheyWaitAreNotPutIntoForce() throws IOException {
        DesiredTarget settings = settings("{\"custom\":\"signed 2\"}", 2);
        isWaiting(document(2, settings));
        Files.writeString(download(settings), "{\"custom\":\"forged 2\"}");

        AgentState end = device.settle(document(2, settings));

        isRefused(end, SETTINGS);
        assertThat(running()).contains("signed 1");
    }

    @Test
    void whatIsOnItsWayBelongsToItsOwnerOnly() throws IOException {
        DesiredTarget app = app("code of version 2", 2);
        isWaiting(document(2, app));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(download(app))))
                .isEqualTo("rw-------");
    }

    private void isWaiting(DesiredState document) throws IOException {
        device.gate = CLOSED;
        AgentState waiting = device.settle(document);
        assertThat(waiting.conditions().values())
                .anySatisfy(condition -> assertThat(condition.state()).isEqualTo(ConditionState.WRITTEN));
        device.gate = InstallGate.OPEN;
    }

    private static void isRefused(AgentState end, TargetName name) {
        var condition = end.condition(name).orElseThrow();
        assertThat(condition.state()).isEqualTo(ConditionState.FAILED);
        assertThat(condition.reason()).isEqualTo(Reasons.CONTENT_ALTERED);
        assertThat(end.updates()).isEmpty();
    }

    private interface Swap {
        void run() throws IOException;
    }

    /** The real store, but somebody is quicker than it once. */
    private static AppStore beforeStaging(AppStore store, Swap swap) {
        return (AppStore) Proxy.newProxyInstance(
                AppStore.class.getClassLoader(), new Class<?>[] {AppStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("stage")) {
                        swap.run();
                        store.stage((HapFile) arguments[0], (String) arguments[1]);
                        return null;
                    }
                    return method.invoke(store, arguments);
                });
    }

    private Path download(DesiredTarget target) throws IOException {
        return device.state.downloads().resolve(target.sha256() + ".part");
    }

    private String running() throws IOException {
        return device.powerOn().platform.slots().orElseThrow().booted().version() + ", "
                + Files.readString(device.state.device().resolve("apps/com.example.pump/current/ets/modules.abc"))
                + ", " + Files.readString(device.state.settings());
    }

    private static DesiredState document(long generation, DesiredTarget... targets) {
        return new DesiredState(generation, List.of(targets), List.of());
    }

    private DesiredTarget image(String version, long counter) {
        return device.target("image", Device.image(version), version, counter);
    }

    private DesiredTarget app(String code, int version) {
        return device.target(APP.text(), hap(code, version), "" + version, version);
    }

    private DesiredTarget settings(String text, int version) {
        return device.target("settings", text.getBytes(UTF_8), "" + version, version);
    }

    private static byte[] hap(String code, int version) {
        return Haps.zip(Map.of("module.json", Haps.moduleJson("com.example.pump", version), "ets/modules.abc", code));
    }
}
