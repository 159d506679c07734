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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
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
    void comesBackWhenTheConnectionBrokeButNotForEver() throws Exception {
        AtomicInteger dropped = new AtomicInteger(3);
        try (ServerSocket line = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread passes = Thread.ofVirtual().start(() -> pass(line, dropped));
            Enroller.Invitation through = new Enroller.Invitation(
                    URI.create("https://" + server.uri().getHost() + ":" + line.getLocalPort()),
                    "good-token",
                    server.ca.fingerprint(),
                    Optional.of("pump-7"));

            DeviceIdentity identity = new Enroller(state).enrol(through, platform(), new Random(1), this::note);

            assertThat(identity.ref().device().value()).isEqualTo("pump-7");
            assertThat(waits).hasSize(3);
            assertThat(server.asked).hasSize(1);

            dropped.set(Integer.MAX_VALUE);
            StateDir other = new StateDir(folder.resolve("other")).create();
            assertThatThrownBy(() -> new Enroller(other).enrol(through, platform(), new Random(1), this::note))
                    .isInstanceOf(IOException.class);
            line.close();
            passes.join();
        }
    }

    /** Takes connections as a server does that is too slow, and ends so many of them; the others go to the real one. */
    private void pass(ServerSocket line, AtomicInteger dropped) {
        try {
            while (true) {
                Socket device = line.accept();
                if (dropped.getAndDecrement() > 0) {
                    device.getInputStream().read();
                    device.close();
                    continue;
                }
                Socket there = new Socket(server.uri().getHost(), server.uri().getPort());
                Thread.ofVirtual().start(() -> copy(device, there));
                Thread.ofVirtual().start(() -> copy(there, device));
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Whoever waits for these bytes sees it.
        }
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
