package dev.muster.control.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.testing.HookServer;
import dev.muster.control.testing.TestAuthority;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to the outside, with real HTTPS servers. Only the looking-up of names is the test's. */
class OutboundHttpIT {
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String NAME = "hooks.test";

    @TempDir
    Path directory;

    private final AtomicInteger lookups = new AtomicInteger();
    private TestAuthority authority;

    private record Settings(
            Optional<List<String>> allowedNetworks,
            boolean plainHttp,
            Optional<Path> trustAnchors,
            Duration timeLimit,
            int maxAnswer)
            implements OutboundConfig {}

    @BeforeEach
    void makeAuthority() throws Exception {
        authority = TestAuthority.root("CN=Hooks", TestAuthority.Wish.authority(1));
        Files.writeString(directory.resolve("ca.pem"), TestAuthority.pem(authority.chain()));
    }

    @Test
    void postsByTlsToTheNameAtTheAddressThatWasChecked() throws Exception {
        try (HookServer server = server(NAME, () -> 204, "")) {
            Outcome outcome = http(true).post(url(server) + "?a=b", Map.of("webhook-id", "7"), BODY);

            assertThat(outcome).isEqualTo(new Outcome.Answered(204));
            HookServer.Received received = server.received().getFirst();
            assertThat(received.path()).isEqualTo("/hook?a=b");
            assertThat(received.body()).isEqualTo("{}");
            assertThat(received.headers().getFirst("Host")).isEqualTo(NAME + ":" + server.port());
            assertThat(received.headers().getFirst("webhook-id")).isEqualTo("7");
            assertThat(lookups).hasValue(1);
        }
    }

    @Test
    void nothingReachesAServerOfTheInside() throws Exception {
        try (HookServer server = server(NAME, () -> 200, "")) {
            OutboundHttp http = http(false);

            assertThat(http.post(url(server), Map.of(), BODY)).isInstanceOf(Outcome.Refused.class);
            assertThat(http.post("https://127.0.0.1:" + server.port() + "/", Map.of(), BODY))
                    .isInstanceOf(Outcome.Refused.class);
            assertThat(http.post("https://[::ffff:127.0.0.1]:" + server.port() + "/", Map.of(), BODY))
                    .isInstanceOf(Outcome.Refused.class);
            assertThat(http.post("https://2130706433:" + server.port() + "/", Map.of(), BODY))
                    .isNotInstanceOf(Outcome.Answered.class);
            assertThat(server.received()).isEmpty();
        }
    }

    @Test
    void oneAddressOfTheInsideAmongSeveralIsEnoughToRefuse() throws Exception {
        OutboundHttp http = http(
                false, name -> new InetAddress[] {InetAddress.getByName("1.1.1.1"), InetAddress.getByName("10.0.0.1")});

        assertThat(http.post("https://two.test/", Map.of(), BODY))
                .isEqualTo(
                        new Outcome.Refused(
                                "expected a public address behind `two.test`, found one of the inside: `10.0.0.1` is a private address"));
    }

    @Test
    void aNameThatPointsElsewhereAMomentLaterIsNotLookedUpAgain() throws Exception {
        // The first answer is allowed and nobody listens there; the second would be the server.
        try (HookServer server = server(NAME, () -> 200, "")) {
            AtomicInteger asked = new AtomicInteger();
            OutboundHttp http = http(
                    true, name -> InetAddress.getAllByName(asked.getAndIncrement() == 0 ? "127.9.9.9" : "127.0.0.1"));

            assertThat(http.post(url(server), Map.of(), BODY)).isInstanceOf(Outcome.Failed.class);
            assertThat(asked).hasValue(1);
            assertThat(server.received()).isEmpty();
        }
    }

    @Test
    void aRedirectIsAnAnswerAndIsNotFollowed() throws Exception {
        try (HookServer inside = server(NAME, () -> 200, "");
                HookServer server = server(NAME, () -> 307, "https://" + NAME + ":" + inside.port() + "/secret")) {
            assertThat(http(true).post(url(server), Map.of(), BODY)).isEqualTo(new Outcome.Answered(307));
            assertThat(inside.received()).isEmpty();
        }
    }

    @Test
    void aServerOfAnotherNameOrAnotherAuthorityIsNotBelieved() throws Exception {
        TestAuthority other = TestAuthority.root("CN=Other", TestAuthority.Wish.authority(1));
        try (HookServer named = server("other.test", () -> 200, "");
                HookServer strange = new HookServer(other, NAME, () -> 200, "")) {
            assertThat(http(true).post(url(named), Map.of(), BODY)).isInstanceOf(Outcome.Failed.class);
            assertThat(http(true).post(url(strange), Map.of(), BODY)).isInstanceOf(Outcome.Failed.class);
            assertThat(named.received()).isEmpty();
            assertThat(strange.received()).isEmpty();
        }
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Outcome outcome = http(true).post("https://" + NAME + ":" + silent.getLocalPort() + "/", Map.of(), BODY);

            assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://hooks.test/",
                "ftp://hooks.test/",
                "file:///etc/passwd",
                "https://user:pw@hooks.test/",
                "https://hooks.test/#x",
                "https:///x",
                "https://",
                "hooks.test",
                "https://ho oks.test/",
                "//hooks.test/"
            })
    void anAddressIsHttpsWithAHost(String url) throws Exception {
        OutboundHttp http = http(true);

        assertThat(http.complaint(url)).isPresent();
        assertThat(http.post(url, Map.of(), BODY)).isInstanceOf(Outcome.Refused.class);
        assertThat(lookups).hasValue(0);
    }

    @Test
    void aHeaderThatWouldBreakTheRequestIsNotSent() throws Exception {
        try (HookServer server = server(NAME, () -> 200, "")) {
            assertThat(http(true).post(url(server), Map.of("a", "b\r\nc: d"), BODY))
                    .isInstanceOf(Outcome.Failed.class);
            assertThat(server.received()).isEmpty();
        }
    }

    private HookServer server(String name, IntSupplier status, String location) throws Exception {
        return new HookServer(authority, name, status, location);
    }

    private static String url(HookServer server) {
        return "https://" + NAME + ":" + server.port() + "/hook";
    }

    private OutboundHttp http(boolean loopback) {
        return http(loopback, this::local);
    }

    private InetAddress[] local(String name) throws UnknownHostException {
        lookups.incrementAndGet();
        return name.equals(NAME) ? InetAddress.getAllByName("127.0.0.1") : InetAddress.getAllByName(name);
    }

    private OutboundHttp http(boolean loopback, OutboundHttp.Resolver resolver) {
        return new OutboundHttp(
                resolver,
                new Settings(
                        loopback ? Optional.of(List.of("127.0.0.0/8")) : Optional.empty(),
                        false,
                        Optional.of(directory.resolve("ca.pem")),
                        Duration.ofSeconds(3),
                        1_024));
    }
}
