package dev.muster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.apps.Haps;
import dev.muster.agent.local.LocalClient;
import dev.muster.agent.policy.PolicyDevice;
import dev.muster.agent.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole agent that finds its state damaged, file by file: what it holds stays, and what was found is told by its name. */
class CorruptStoreIT {
    private static final String PUMP = "com.example.pump";
    private static final byte[] SETTINGS = "{\"custom\":\"one\"}".getBytes(UTF_8);
    private static final byte[] IMAGE = "muster-image\nversion=2.0.0\n\npayload".getBytes(UTF_8);

    private AgentRig rig;

    @BeforeEach
    void becomesWhatTheDocumentSays() throws Exception {
        rig = new AgentRig();
        rig.server.publish(
                2,
                List.of(
                        Wanted.of("image", IMAGE, "2.0.0", 2),
                        Wanted.of("app/" + PUMP, Haps.hap(PUMP, 3), "3", 3),
                        Wanted.of("policy", PolicyDevice.bundle(5, Set.of(PolicyDevice.CAMERA)), "5", 0),
                        Wanted.of("settings", SETTINGS, "1", 0)));
        rig.start();
        isWhatItWas();
        rig.stop();
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    @Test
    void aFlippedByteInAnyOfItsFilesIsSurvivedAndTold() throws Exception {
        List<Path> files;
        try (var all = Files.walk(rig.state.root())) {
            files = all.filter(Files::isRegularFile)
                    .filter(this::isOurs)
                    .sorted()
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(20);
        Random random = new Random(3);
        for (Path listed : files) {
            Path file = there(listed);
            // An earlier round may have taken it away, as the queue does with what arrived.
            if (!Files.exists(file) || Files.size(file) == 0) {
                continue;
            }
            byte[] bytes = Files.readAllBytes(file);
            bytes[random.nextInt(bytes.length)] ^= 0x11;
            Files.write(file, bytes);
            rig.log.clear();

            rig.start();

            isWhatItWas();
            if (!isHealedWithoutAWord(file)) {
                assertThat(rig.log).as("told of %s", file).anyMatch(line -> line.contains(name(file)));
            }
            rig.stop();
        }
    }

    @Test
    void aDamagedBootCounterNeverRepeatsANumber() throws Exception {
        for (String slot : List.of("boot.a", "boot.b")) {
            Files.write(rig.state.journal().resolve(slot), new byte[] {1, 2, 3});
        }

        rig.start();

        rig.awaitLog("nothing is left of `boot`");
        rig.awaitLog("boot.a` is not used: it was damaged");
        assertThat(new StateHealth(rig.state).nextBoot(Instant::now))
                .as("more than any count of starts")
                .isGreaterThan(1_700_000_000L);
    }

    @Test
    void withoutAnyGoodCopyOfItsIdentityItStopsByNameAndGoesOnOnceItIsBack() throws Exception {
        Path identity = rig.state.identity().resolve("identity.json");
        Path twin = rig.state.identity().resolve("identity.json.twin");
        byte[] good = Files.readAllBytes(identity);
        byte[] goodTwin = Files.readAllBytes(twin);
        Files.write(identity, "{\"device\":".getBytes(UTF_8));
        Files.write(twin, new byte[100]);

        assertThatThrownBy(rig::start).hasMessageContaining("identity.json` cannot be read");

        Files.write(identity, good);
        Files.write(twin, goodTwin);
        rig.start();
        isWhatItWas();
    }

    @Test
    void aJournalThatCannotBeReadStopsTheAgentByNameAndItGoesOnOnceItCan() throws Exception {
        journalIsInTheWay();

        assertThatThrownBy(rig::start).hasMessageMatching("(?s).*agent\\.[ab]. cannot be read.*");

        journalIsFree();
        rig.start();
        isWhatItWas();
    }

    @Test
    void aJournalThatCannotBeWrittenIsToldByNameAndWhatIsInForceStays() throws Exception {
        rig.start();
        isWhatItWas();
        journalIsInTheWay();
        byte[] next = "{\"custom\":\"two\"}".getBytes(UTF_8);

        rig.server.publish(3, List.of(Wanted.of("settings", next, "2", 0)));

        rig.awaitLog("cannot be written");
        assertThat(rig.log)
                .anyMatch(line -> line.matches("a pass failed: .*journal/agent\\.[ab]. cannot be written.*"));
        assertThat(rig.state.settings()).hasBinaryContent(SETTINGS);
        assertThat(camera()).contains(true);
        journalIsFree();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(rig.state.settings()).hasBinaryContent(next));
    }

    // A directory in place of each slot: nothing can be read or written there, whoever runs this test.
    private void journalIsInTheWay() throws IOException {
        for (String slot : List.of("agent.a", "agent.b")) {
            Path file = rig.state.journal().resolve(slot);
            AtomicFiles.deleteTree(file);
            Files.createDirectories(file.resolve("in-the-way"));
        }
    }

    private void journalIsFree() throws IOException {
        for (String slot : List.of("agent.a", "agent.b")) {
            AtomicFiles.deleteTree(rig.state.journal().resolve(slot));
        }
    }

    private Optional<Boolean> camera() throws IOException {
        return LocalClient.ask(
                        rig.state.socket(), Map.of("op", "verify", "app", PUMP, "permission", PolicyDevice.CAMERA))
                .optionalFlag("granted");
    }

    private void isWhatItWas() throws IOException {
        for (String name : List.of("image", "app/" + PUMP, "policy", "settings")) {
            rig.awaitTarget(name, "committed");
        }
        assertThat(rig.status().string("image")).isEqualTo("2.0.0");
        assertThat(rig.state.device().resolve("apps/" + PUMP + "/current/module.json"))
                .exists();
        await().atMost(ONE_MINUTE)
                .untilAsserted(() -> assertThat(rig.state.settings()).hasBinaryContent(SETTINGS));
        await().atMost(ONE_MINUTE).untilAsserted(() -> assertThat(camera())
                .as(() -> String.join("\n", rig.log))
                .contains(true));
    }

    /** An app that was fetched anew lies in another directory afterwards. */
    private Path there(Path file) {
        Path apps = rig.state.root().resolve("device/apps/" + PUMP);
        return file.startsWith(apps.resolve("3"))
                ? apps.resolve("current").resolve(apps.resolve("3").relativize(file))
                : file;
    }

    /** Not the simulated hardware's, not lines for people. */
    private boolean isOurs(Path file) {
        String path = rig.state.root().relativize(file).toString();
        return !path.startsWith("log/")
                && !path.equals("agent.lock")
                && (!path.startsWith("device/") || path.startsWith("device/apps/" + PUMP + "/3/"));
    }

    /** TUF metadata is verified at every use and fetched again; a twin is used without its file, and the file without a word. */
    private boolean isHealedWithoutAWord(Path file) {
        String path = rig.state.root().relativize(file).toString();
        return path.startsWith("trust/") || path.equals("settings.previous.json") || path.startsWith("queue/");
    }

    /** The bundle is told by its record, an app's record by the link to it. */
    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".bundle") ? "what is kept is not used" : name;
    }
}
