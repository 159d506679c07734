package dev.muster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.subdevice.SubDevices;
import dev.muster.trust.client.DirectoryTrustStore;
import dev.muster.trust.metadata.Hashes;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.uptane.DeviceRules;
import dev.muster.trust.uptane.PartialVerifier;
import dev.muster.trust.uptane.TargetIdentity;
import dev.muster.trust.uptane.TargetKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sub-devices behind a whole agent, with the example driver as a program of its own. */
class SubDevicesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path EXAMPLE = Path.of("../docs/examples/drivers/plc-sim");
    private static final DeviceRef PRESS = DeviceRef.of("default", "pump-7/press-1");

    @TempDir
    Path directory;

    private AgentRig rig;

    @BeforeEach
    void begin() throws Exception {
        rig = new AgentRig();
        driver("plc-sim", Files.readString(EXAMPLE));
        rig.server.publish(
                2,
                List.of(Wanted.of(
                        "settings",
                        "{\"gateway\":{\"drivers\":{\"plc-sim\":{},\"broken\":{}}}}".getBytes(UTF_8),
                        "1",
                        0)));
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    @Test
    void whatADriverFindsIsToldAndGetsNothingBeforeItIsLetIn() throws Exception {
        rig.start();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(rig.server.children)
                .extracting(SubDevices.Found::name, SubDevices.Found::hardware, SubDevices.Found::driver)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("press-1", "plc-sim", "plc-sim"),
                        org.assertj.core.groups.Tuple.tuple("press-2", "plc-sim", "plc-sim")));
        assertThat(rig.state.root().resolve("children")).doesNotExist();
    }

    @Test
    void oneThatWasLetInBecomesWhatItsOwnDocumentSaysAndCanCheckThatItself() throws Exception {
        byte[] settings = "{\"custom\":{\"stroke\":12}}".getBytes(UTF_8);
        admit(settings);
        rig.start();

        Path file = rig.state.root().resolve("plc-sim/press-1.settings");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(file).as(rig.log.toString()).hasBinaryContent(settings));
        assertThat(rig.state.root().resolve("plc-sim/press-2.settings")).doesNotExist();

        Path trust = rig.state.root().resolve("children/press-1/trust/director");
        PartialVerifier own = new PartialVerifier(
                new DirectoryTrustStore(Files.createDirectories(directory.resolve("press-1"))),
                InstantSource.system(),
                new Press());
        own.initialise(Files.readAllBytes(trust.resolve("root.json")));
        assertThat(own.accept(Files.readAllBytes(trust.resolve("targets.json"))).targets())
                .extracting(target -> target.file().sha256())
                .containsExactly(Hashes.sha256(settings));
    }

    @Test
    void aDriverThatSaysNoEndsThatUpdateAndTheOldStaysInForce() throws Exception {
        byte[] good = "{\"custom\":\"good\"}".getBytes(UTF_8);
        admit(good);
        rig.start();
        Path file = rig.state.root().resolve("plc-sim/press-1.settings");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(file).hasBinaryContent(good));

        admit("{\"custom\":\"refuse\"}".getBytes(UTF_8));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(childJournal()).contains("rolled-back"));
        assertThat(childJournal()).contains("not-accepted: the PLC does not take this");
        assertThat(file).hasBinaryContent(good);
    }

    @Test
    void theCrashOfOneDriverHurtsNoOther() throws Exception {
        driver("broken", "#!/bin/sh\nexit 3\n");
        byte[] settings = "{\"custom\":1}".getBytes(UTF_8);
        admit(settings);
        rig.start();

        Path file = rig.state.root().resolve("plc-sim/press-1.settings");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(file).hasBinaryContent(settings));
        rig.awaitLog("driver `broken`");
    }

    @Test
    void aProgramThatOthersMayWriteIsNotStarted() throws Exception {
        Path program = driver("plc-sim", Files.readString(EXAMPLE));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));
        rig.start();

        rig.awaitLog("to be written by its owner only");
        assertThat(rig.server.children).isEmpty();
    }

    /** The sub-device itself, as far as partial verification needs it. */
    private static final class Press implements DeviceRules {
        @Override
        public boolean namesThisDevice(Map<String, ?> custom) {
            return DirectorCustom.fromCustom(custom).device().equals(PRESS);
        }

        @Override
        public boolean knows(Map<String, ?> custom) {
            return true;
        }

        @Override
        public TargetIdentity identity(Map<String, ?> custom) {
            TargetCustom target = TargetCustom.fromCustom(custom);
            return new TargetIdentity(
                    TargetKind.SETTINGS, target.name().text(), target.hardware(), target.releaseCounter());
        }

        @Override
        public boolean fits(String hardware) {
            return true;
        }

        @Override
        public long committedReleaseCounter(String name) {
            return 0;
        }
    }

    private void admit(byte[] settings) {
        Wanted wanted = Wanted.of("settings", settings, "1", 0);
        rig.server.publishChild(
                PRESS,
                ++generation,
                Map.of(
                        wanted.path(),
                        TargetFile.ofSha256(
                                settings.length,
                                Hashes.sha256(settings),
                                wanted.custom().toCustom())),
                wanted);
    }

    private long generation;

    private String childJournal() throws IOException {
        StringBuilder all = new StringBuilder();
        try (var files = Files.list(rig.state.root().resolve("children/press-1/journal"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                all.append(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    private Path driver(String name, String text) throws IOException {
        Path program =
                Files.createDirectories(rig.state.device().resolve("drivers")).resolve(name);
        AtomicFiles.write(program, text.getBytes(UTF_8));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }
}
