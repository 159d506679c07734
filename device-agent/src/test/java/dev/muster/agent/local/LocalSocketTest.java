package dev.muster.agent.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalSocketTest {
    private Path directory;
    private Path path;
    private LocalSocket socket;

    @BeforeEach
    void open() throws IOException {
        // Not JUnit's directory: its names are too long for a socket on some machines.
        directory = Files.createTempDirectory("muster");
        path = directory.resolve("agent.sock");
        socket = new LocalSocket(path, new Camera(), System::nanoTime, line -> {});
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        Files.delete(directory);
    }

    @Test
    void answersGrantedAndDeniedWithReason() throws IOException {
        var granted = LocalClient.ask(path, Map.of("op", "verify", "app", "com.x", "permission", "CAMERA"));
        var denied = LocalClient.ask(path, Map.of("op", "verify", "app", "com.x", "permission", "OTHER", "user", 7));

        assertThat(granted.optionalFlag("granted")).contains(true);
        assertThat(granted.number("policyVersion")).isEqualTo(4);
        assertThat(denied.optionalFlag("granted")).contains(false);
        assertThat(denied.string("reason")).isEqualTo("user 7");
    }

    @Test
    void grantsNothingToWhatItCannotRead() throws IOException {
        var noApp = LocalClient.ask(path, Map.of("op", "verify", "permission", "CAMERA"));
        var noOp = LocalClient.ask(path, Map.of("op", "grant", "app", "com.x", "permission", "CAMERA"));
        var badUser = LocalClient.ask(path, Map.of("op", "verify", "app", "com.x", "permission", "CAMERA", "user", -1));

        assertThat(noApp.optionalFlag("granted")).contains(false);
        assertThat(noApp.string("error")).contains("`app`");
        assertThat(noOp.optionalFlag("granted")).contains(false);
        assertThat(badUser.optionalFlag("granted")).contains(false);
    }

    @Test
    void saysWhatIsWrongWithATooLongPath() {
        Path tooLong = directory.resolve("x".repeat(100)).resolve("agent.sock");

        assertThatThrownBy(() -> LocalSocket.requireShort(tooLong))
                .hasMessageContaining("at most 107 bytes")
                .hasMessageContaining("shorter state directory");
    }

    @Test
    void replacesTheSocketOfAnAgentThatWasKilled() throws IOException {
        socket.close();
        Files.createFile(path);

        socket = new LocalSocket(path, new Camera(), System::nanoTime, line -> {});

        assertThat(LocalClient.ask(path, Map.of("op", "status")).string("device"))
                .isEqualTo("d");
    }

    private record Camera() implements LocalRequests {
        @Override
        public Verdict verify(Question question) {
            return new Verdict(
                    question.permission().equals("CAMERA"),
                    "user " + question.user(),
                    "instance " + question.instance(),
                    "enforced-at-verify",
                    "enforced where services ask the agent",
                    4,
                    "holds");
        }

        @Override
        public Map<String, Object> status() {
            return Map.of("device", "d");
        }
    }
}
