package dev.muster.agent.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalSocketTest {
    private Path directory;
    private Path path;
    private LocalSocket socket;
    private final AtomicLong passed = new AtomicLong();

    @BeforeEach
    void open() throws IOException {
        // Not JUnit's directory: its names are too long for a socket on some machines.
        directory = Files.createTempDirectory("muster");
        path = directory.resolve("agent.sock");
        socket = open(PeerRules.OWNER);
    }

    private LocalSocket open(PeerRules rules) throws IOException {
        return new LocalSocket(LocalSocket.Place.of(path), new Camera(), () -> rules, passed::get, line -> {});
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
    void tellsLevelAndLeaseAndWhichInstance() throws IOException {
        var answer = LocalClient.ask(
                path, Map.of("op", "verify", "app", "com.x", "permission", "CAMERA", "user", 101, "instance", 2));

        assertThat(answer.string("reason")).isEqualTo("user 101");
        assertThat(answer.string("text")).isEqualTo("instance 2");
        assertThat(answer.string("level")).isEqualTo("enforced-at-verify");
        assertThat(answer.string("levelText")).contains("services ask");
        assertThat(answer.string("lease")).isEqualTo("holds");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json",
                "[]",
                "{}",
                "{\"op\":7}",
                "{\"op\":\"verify\"}",
                "{\"op\":\"verify\",\"app\":7,\"permission\":\"CAMERA\"}",
                "{\"op\":\"verify\",\"app\":\"com.x\",\"permission\":\"CAMERA\",\"instance\":-1}",
                "{\"op\":\"verify\",\"app\":\"com.x\",\"permission\":\"CAMERA\",\"chain\":[]}"
            })
    void answersEveryMalformedLineAndStaysOpen(String line) throws IOException {
        try (Asker asker = new Asker(path)) {
            JsonObject error = asker.ask(line);
            JsonObject next = asker.ask("{\"op\":\"status\"}");

            assertThat(error.string("code")).isEqualTo("malformed");
            assertThat(error.string("error")).isNotEmpty();
            assertThat(error.optionalFlag("granted")).contains(false);
            assertThat(next.string("device")).isEqualTo("d");
        }
    }

    @Test
    void refusesALineWithoutEnd() throws IOException {
        try (Asker asker = new Asker(path)) {
            JsonObject error = asker.ask("x".repeat(LocalSocket.MAX_LINE_BYTES + 1));

            assertThat(error.string("code")).isEqualTo("too-long");
        }
    }

    @Test
    void tellsWhoComesOneTooManyWhy() throws IOException {
        List<Asker> askers = new ArrayList<>();
        try {
            for (int i = 0; i < LocalSocket.MAX_CONNECTIONS; i++) {
                askers.add(new Asker(path));
                askers.getLast().ask("{\"op\":\"status\"}");
            }

            askers.add(new Asker(path));

            assertThat(askers.getLast().read().string("code")).isEqualTo("too-many-connections");
        } finally {
            for (Asker asker : askers) {
                asker.close();
            }
        }
    }

    @Test
    void aNonceIsForOneChainOnOneConnectionForAMinute() throws IOException {
        String chain = "{\"op\":\"verify\",\"app\":\"com.x\",\"permission\":\"CAMERA\",\"chain\":{\"data\":\"AAAA\"},"
                + "\"proof\":\"AAAA\"}";
        try (Asker asker = new Asker(path);
                Asker other = new Asker(path)) {
            assertThat(asker.ask(chain).string("text")).isEqualTo("chain AAAA without a nonce");

            JsonObject first = asker.ask("{\"op\":\"nonce\"}");
            assertThat(Base64.getUrlDecoder().decode(first.string("nonce"))).hasSize(32);
            assertThat(first.string("device")).isEqualTo("default/d");
            assertThat(first.number("seconds")).isEqualTo(60);
            String nonce = asker.ask("{\"op\":\"nonce\"}").string("nonce");
            assertThat(nonce).isNotEqualTo(first.string("nonce"));
            assertThat(other.ask(chain).string("text")).isEqualTo("chain AAAA without a nonce");
            assertThat(asker.ask(chain).string("text")).isEqualTo("chain AAAA with " + nonce);
            assertThat(asker.ask(chain).string("text")).isEqualTo("chain AAAA without a nonce");

            String old = asker.ask("{\"op\":\"nonce\"}").string("nonce");
            passed.set(LocalSocket.NONCE_LIFE.toNanos());
            assertThat(asker.ask(chain).string("text")).isEqualTo("chain AAAA with " + old);
            asker.ask("{\"op\":\"nonce\"}");
            passed.set(2 * LocalSocket.NONCE_LIFE.toNanos() + 1);
            assertThat(asker.ask(chain).string("text")).isEqualTo("chain AAAA without a nonce");
        }
    }

    @Test
    void aChainThatCannotBeReadUsesItsNonceUpToo() throws IOException {
        String head = "{\"op\":\"verify\",\"app\":\"com.x\",\"permission\":\"CAMERA\",\"chain\":{\"data\":\"AAAA\"}";
        try (Asker asker = new Asker(path)) {
            asker.ask("{\"op\":\"nonce\"}");

            assertThat(asker.ask(head + "}").string("code")).isEqualTo("malformed");
            assertThat(asker.ask(head + ",\"proof\":\"AAAA\"}").string("text")).isEqualTo("chain AAAA without a nonce");
        }
    }

    @Test
    void whoAsksTooFastHasToWait() {
        Pace pace = new Pace(3, 10, () -> 0);

        assertThat(List.of(pace.take(), pace.take(), pace.take())).containsOnly(0L);
        assertThat(pace.take()).isEqualTo(100_000_000);
        assertThat(pace.take()).isEqualTo(200_000_000);
    }

    /** A service that keeps its connection. */
    private static final class Asker implements AutoCloseable {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final BufferedReader in;

        Asker(Path path) throws IOException {
            channel.connect(UnixDomainSocketAddress.of(path));
            in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        }

        JsonObject ask(String line) throws IOException {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            return read();
        }

        JsonObject read() throws IOException {
            return JsonObject.parse(Objects.requireNonNull(in.readLine()).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
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
        // A socket that nobody listens on any more.
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(path));
        }

        socket = open(PeerRules.OWNER);

        assertThat(LocalClient.ask(path, Map.of("op", "status")).string("device"))
                .isEqualTo("d");
    }

    @Test
    void tellsWhetherSomethingWaitedForConsent() throws IOException {
        socket = open(PeerRules.OWNER);

        assertThat(LocalClient.ask(path, Map.of("op", "consent", "target", "image"))
                        .optionalFlag("agreed"))
                .contains(true);
        assertThat(LocalClient.ask(path, Map.of("op", "consent", "target", "settings"))
                        .optionalFlag("agreed"))
                .contains(false);
    }

    @Test
    void leavesAloneWhatIsNoSocket() throws IOException {
        socket.close();
        Files.writeString(path, "of somebody");

        assertThatThrownBy(() -> open(PeerRules.OWNER)).hasMessageContaining("expected a socket or nothing");
        assertThat(path).hasContent("of somebody");
        Files.delete(path);
    }

    @Test
    void tellsWhoAsksAndTakesValuesAndWishes() throws IOException {
        String me = Files.getOwner(path).getName();

        var published = LocalClient.ask(path, Map.of("op", "publish", "metrics", Map.of("pressure", 3.5)));
        var requested = LocalClient.ask(
                path, Map.of("op", "request", "app", "com.x", "permission", "CAMERA", "reason", "to see"));
        var explained = LocalClient.ask(path, Map.of("op", "explain", "app", "com.x", "permission", "CAMERA"));

        assertThat(published.number("published")).isEqualTo(1);
        assertThat(requested.optionalFlag("requested")).contains(true);
        assertThat(explained.string("why")).isEqualTo("com.x CAMERA");
        assertThat(Camera.LAST).containsEntry("publish", me).containsEntry("request", me + " to see");
    }

    @Test
    void aSocketForAGroupIsOpenedByItAlone() throws IOException {
        socket.close();
        String group = Files.readAttributes(directory, java.nio.file.attribute.PosixFileAttributes.class)
                .group()
                .getName();

        socket = new LocalSocket(
                new LocalSocket.Place(path, java.util.Optional.of(group)),
                new Camera(),
                () -> PeerRules.OWNER,
                passed::get,
                line -> {});

        assertThat(Files.getPosixFilePermissions(path))
                .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw----"));
        socket.close();
        assertThatThrownBy(() -> new LocalSocket(
                        new LocalSocket.Place(path, java.util.Optional.of("no-such-group-here")),
                        new Camera(),
                        () -> PeerRules.OWNER,
                        passed::get,
                        line -> {}))
                .hasMessageContaining("no-such-group-here");
        Files.deleteIfExists(path);
    }

    private record Camera() implements LocalRequests {
        @Override
        public Verdict verify(Question question) {
            return new Verdict(
                    question.permission().equals("CAMERA"),
                    "user " + question.user(),
                    question.chain()
                            .map(chain -> "chain " + chain.data()
                                    + chain.nonce()
                                            .map(nonce -> " with " + nonce)
                                            .orElse(" without a nonce"))
                            .orElse("instance " + question.instance()),
                    "enforced-at-verify",
                    "enforced where services ask the agent",
                    4,
                    "holds");
        }

        @Override
        public String device() {
            return "default/d";
        }

        @Override
        public boolean consent(String target) {
            return target.equals("image");
        }

        @Override
        public Map<String, Object> status() {
            return Map.of("device", "d");
        }

        static final Map<String, String> LAST = new java.util.concurrent.ConcurrentHashMap<>();

        @Override
        public Map<String, Object> explain(Question question) {
            return Map.of("why", question.app() + " " + question.permission());
        }

        @Override
        public int publish(Peer peer, Map<String, Object> metrics) {
            LAST.put("publish", peer.user());
            return metrics.size();
        }

        @Override
        public boolean request(Peer peer, Question question, String reason) {
            LAST.put("request", peer.user() + " " + reason);
            return true;
        }
    }
}
