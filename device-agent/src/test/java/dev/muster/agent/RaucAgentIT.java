package dev.muster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.platform.LinuxBoards;
import dev.muster.agent.platform.linux.GrubLoader;
import dev.muster.agent.platform.linux.LinuxFacts;
import dev.muster.agent.platform.linux.RaucBoard;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.manifest.VersionManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The whole agent on platform {@code linux}: its document names another image, Debian's RAUC writes and marks the slots, GRUB's
 * environment block decides what starts. Played here: power, and the part of {@code systemctl} that asks for a restart.
 */
class RaucAgentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    // Not JUnit's directory: a socket's path must be short.
    private final Path directory = Files.createTempDirectory("rauc");
    private final Path asked = directory.resolve("asked");
    private RaucBoard board;
    private AgentRig rig;

    RaucAgentIT() throws IOException {}

    @BeforeEach
    void powerOn() throws Exception {
        assumeThat(RaucBoard.missing()).isEmpty();
        board = new RaucBoard(directory.resolve("board"), new GrubLoader());
        Files.createDirectories(board.system.resolve("run/systemd/system"));
        Files.writeString(board.system.resolve("etc/os-release"), "ID=board\nIMAGE_VERSION=1.0.0\n");
        Path systemctl = Files.writeString(
                board.system.resolve("usr/bin/systemctl"), "#!/bin/sh\necho \"$@\" > %s\n".formatted(asked));
        Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwxr-xr-x"));
        board.powerOn();
        rig = new AgentRig("linux", LinuxBoards.at(board.system), state -> {});
    }

    @AfterEach
    void end() throws Exception {
        if (rig != null) {
            rig.close();
        }
        if (board != null) {
            board.close();
        }
        AtomicFiles.deleteTree(directory);
    }

    @Test
    void followsItsDocumentToAnotherSlotAndKeepsItAfterTheRestart() throws Exception {
        rig.server.publish(2, List.of(image("2.0.0", "")));
        rig.start();

        restartedAsAsked();
        rig.awaitTarget("image", "committed");

        assertThat(board.booted()).isEqualTo("B");
        assertThat(board.content("B")).startsWith("image 2.0.0");
        assertThat(rig.status().string("image")).isEqualTo("2.0.0");
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            VersionManifest told = rig.server
                    .manifests
                    .getLast()
                    .verified(rig.identity().certificate().getPublicKey());
            assertThat(told.image().orElseThrow().version()).isEqualTo("2.0.0");
        });
        board.powerOn();
        assertThat(board.booted()).as("the boot loader knows it for good").isEqualTo("B");
    }

    @Test
    void leavesAnImageThatIsNotHealthyAndTakesTheNextDocument() throws Exception {
        rig.server.publish(2, List.of(image("2.0.0", " health=fail")));
        rig.start();

        restartedAsAsked(); // into the bad one
        restartedAsAsked(); // and out of it
        rig.awaitTarget("image", "rolled-back");
        assertThat(board.booted()).isEqualTo("A");
        assertThat(condition().string("reason")).isEqualTo("HealthCheckFailed");

        rig.server.publish(3, List.of(image("3.0.0", "")));
        restartedAsAsked();
        rig.awaitTarget("image", "committed");
        assertThat(board.content(board.booted())).startsWith("image 3.0.0");
    }

    private JsonObject condition() throws IOException {
        return rig.status().objects("targets", target -> target).stream()
                .filter(target -> target.string("name").equals("image"))
                .findFirst()
                .orElseThrow();
    }

    private void restartedAsAsked() throws Exception {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(asked).as(() -> String.join("\n", rig.log)).hasContent("--no-ask-password reboot"));
        rig.stop();
        Files.delete(asked);
        board.powerOn();
        rig.start();
    }

    private static Wanted image(String version, String fate) {
        String text = "image " + version + fate + "\n" + "payload ".repeat(1000);
        return Wanted.of("image", text.getBytes(UTF_8), version, Character.digit(version.charAt(0), 10))
                .onHardware("linux-" + LinuxFacts.machine());
    }
}
