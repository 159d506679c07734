package dev.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.identity.Keys;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.transport.HttpStatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a device waits, and for what; nothing here waits, the pauses are only noted. */
class PatientEnrolmentIT {
    @TempDir
    Path folder;

    private TestServer server;
    private StateDir state;
    private final List<String> reasons = new ArrayList<>();
    private final List<Duration> waits = new ArrayList<>();

    @BeforeEach
    void aServer() throws Exception {
        server = new TestServer();
        state = new StateDir(folder.resolve("state")).create();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void asksAgainWithTheSameKeyUntilAPersonApproved() throws Exception {
        server.notYet.addAll(List.of(202, 202));

        DeviceIdentity identity = enrol("good-token");

        assertThat(waits).hasSize(2).allSatisfy(wait -> assertThat(wait)
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(25)));
        assertThat(reasons.getFirst())
                .contains(Keys.fingerprint(identity.certificate().getPublicKey()));
        assertThat(server.asked).hasSize(3);
        assertThat(new IdentityStore(state).pendingKey()).isEmpty();
    }

    @Test
    void goesOnWithTheSameKeyAfterItWasCutOff() throws Exception {
        server.notYet.add(202);
        assertThatThrownBy(() -> new Enroller(state).enrol(invitation("good-token"), platform()))
                .isInstanceOf(Enroller.PendingException.class)
                .hasMessageContaining("sha256:");
        var key = new IdentityStore(state).pendingKey().orElseThrow();

        assertThat(enrol("good-token").certificate().getPublicKey()).isEqualTo(key.getPublic());
    }

    @Test
    void leavesABusyServerAloneForAsLongAsItAsked() throws Exception {
        server.notYet.addAll(List.of(429, 503));

        // The pauses do not pass, so that the second is of what is left of the first.
        assertThatThrownBy(() -> new Enroller(state)
                        .enrol(invitation("good-token"), platform(), new Random(1), (why, wait) -> {
                            note(why, wait);
                            if (waits.size() == 2) {
                                throw new InterruptedException("enough");
                            }
                        }))
                .isInstanceOf(InterruptedException.class);

        assertThat(waits.getFirst()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(9));
        assertThat(server.asked).as("not asked while it wants to be left alone").hasSize(1);
    }

    @Test
    void doesNotAskAgainWhatIsRefused() {
        assertThatThrownBy(() -> enrol("bad-token")).isInstanceOf(HttpStatusException.class);

        assertThat(waits).isEmpty();
    }

    @Test
    void aServerThatShowsAnotherKeyToTheApproverIsNotWaitedFor() {
        server.notYet.add(202);
        server.fingerprint = "sha256:00";

        assertThatThrownBy(() -> enrol("good-token"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("this device's key");
    }

    private DeviceIdentity enrol(String token) throws Exception {
        return new Enroller(state).enrol(invitation(token), platform(), new Random(1), this::note);
    }

    private void note(String why, Duration wait) {
        reasons.add(why);
        waits.add(wait);
    }

    private Enroller.Invitation invitation(String token) throws Exception {
        return new Enroller.Invitation(server.uri(), token, server.ca.fingerprint(), Optional.of("pump-7"));
    }

    private Platform platform() throws IOException {
        return Platforms.open("simulated", state, InstantSource.system(), System::nanoTime, () -> {});
    }
}
