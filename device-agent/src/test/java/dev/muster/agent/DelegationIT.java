package dev.muster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.local.LocalClient;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.policy.Keys;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.compile.CapabilityCompiler;
import dev.muster.policy.delegation.Claim;
import dev.muster.policy.delegation.Delegation;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.DelegationRoot;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A delegated right at the socket of the whole agent, with what it rests on from a device port over TLS. */
class DelegationIT {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final AppKey PUMP = AppKey.of("com.example.pump");
    private static final Keys BUILDER = Keys.generate();
    private static final Keys TABLET = Keys.generate();

    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2);
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Instant now = InstantSource.system().instant();
    private TestServer server;
    private StateDir state;
    private AgentHost host;

    @BeforeEach
    void begin() throws Exception {
        server = new TestServer();
        state = new StateDir(Files.createTempDirectory("muster")).create();
        var invitation =
                new Enroller.Invitation(server.uri(), "good-token", server.ca.fingerprint(), Optional.of("pump-7"));
        new Enroller(state)
                .enrol(
                        invitation,
                        Platforms.open("simulated", state, InstantSource.system(), System::nanoTime, () -> {}));
        server.publish(2, targets(2, List.of()));
        host = new AgentHost(
                state,
                AgentConfig.defaults().withRefresh(Duration.ofMillis(100)).withWatch(Duration.ofMillis(50)),
                scheduler,
                InstantSource.system(),
                log::add);
        host.start();
        awaitCommitted("capabilities");
        awaitCommitted("policy");
    }

    @AfterEach
    void end() throws Exception {
        host.close();
        scheduler.shutdownNow();
        assertThat(scheduler.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        server.close();
        AtomicFiles.deleteTree(state.root());
    }

    @Test
    void isGrantedOnceForEachNonceUntilItIsRevoked() throws Exception {
        DelegationChain chain = chain();
        try (Asker asker = new Asker()) {
            assertThat(asker.ask(verify()).string("reason")).isEqualTo("unbound");

            JsonObject nonce = asker.ask(Map.of("op", "nonce"));
            assertThat(nonce.string("device")).isEqualTo("default/pump-7");
            Map<String, Object> question = presented(chain, nonce.string("nonce"), TABLET);
            JsonObject granted = asker.ask(question);
            JsonObject replayed = asker.ask(question);
            asker.ask(Map.of("op", "nonce"));
            JsonObject withAnotherNonce = asker.ask(question);
            JsonObject byAnother =
                    asker.ask(presented(chain, asker.ask(Map.of("op", "nonce")).string("nonce"), BUILDER));

            assertThat(granted.optionalFlag("granted")).contains(true);
            assertThat(granted.string("reason")).isEqualTo("delegated");
            assertThat(granted.string("text")).contains("capability `service`", "over 1 block");
            assertThat(replayed.optionalFlag("granted")).contains(false);
            assertThat(replayed.string("reason")).isEqualTo("bad-chain");
            assertThat(replayed.string("text")).contains("no nonce of this connection");
            assertThat(withAnotherNonce.string("text")).contains("the proof is not the holder's");
            assertThat(byAnother.string("reason")).isEqualTo("bad-chain");

            server.publish(3, targets(2, List.of(chain.ids().getLast())));

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                String fresh = asker.ask(Map.of("op", "nonce")).string("nonce");
                assertThat(asker.ask(presented(chain, fresh, TABLET)).string("text"))
                        .contains("block 1 is revoked");
            });
        }
    }

    private DelegationChain chain() {
        Delegation shift = new Delegation(
                new TreeSet<>(Set.of(CAMERA)),
                new TreeSet<>(),
                new TreeSet<>(Set.of("pump-7")),
                Optional.empty(),
                now.minus(Duration.ofMinutes(5)),
                now.plus(Duration.ofHours(8)),
                0,
                TABLET.key());
        return DelegationChain.of(new DelegationRoot("default", "service", BUILDER.key()))
                .narrowed(service(), shift, BUILDER);
    }

    private static Map<String, Object> presented(DelegationChain chain, String nonce, Keys keys) {
        Claim claim = new Claim(nonce, "default", "pump-7", PUMP, CAMERA);
        return Map.of(
                "op",
                "verify",
                "app",
                PUMP.bundle(),
                "permission",
                CAMERA,
                "chain",
                Map.of("data", Keys.base64(chain.write())),
                "proof",
                keys.prove(claim, chain));
    }

    private static Map<String, Object> verify() {
        return Map.of("op", "verify", "app", PUMP.bundle(), "permission", CAMERA);
    }

    private Capability service() {
        return new Capability(
                "service",
                "",
                new TreeSet<>(Set.of(CAMERA)),
                AppSelector.bundles(PUMP.bundle()),
                DeviceSelector.EVERYWHERE,
                UserSelector.ALL,
                Condition.ALWAYS,
                Optional.empty(),
                now.plus(Duration.ofDays(30)),
                Optional.of(BUILDER.key().text()));
    }

    private List<Wanted> targets(long version, List<String> revoked) {
        PolicySnapshot snapshot = PolicySnapshot.of(version, List.of(service()));
        DeviceProfile profile = DeviceProfile.of(
                DeviceAttributes.of("", Set.of(), "sim-board", Set.of(), "", Set.of()),
                List.of(AppInstance.of(PUMP, Apl.NORMAL, Set.of(CAMERA))));
        byte[] file = CapabilityCompiler.compile(snapshot, "pump-7", profile, revoked)
                .map(CapabilityFile::write)
                .orElseThrow();
        return List.of(
                Wanted.of("policy", new BundleCompiler().compile(snapshot, profile), Long.toString(version), 0),
                Wanted.of("capabilities", file, Long.toString(version), 0));
    }

    private void awaitCommitted(String target) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> assertThat(
                        LocalClient.ask(state.socket(), Map.of("op", "status"))
                                .objects("targets", one -> one.string("name") + " " + one.string("state")))
                .as(() -> String.join("\n", log))
                .contains(target + " committed"));
    }

    /** A service that keeps its connection. */
    private final class Asker implements AutoCloseable {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final BufferedReader in;

        Asker() throws IOException {
            channel.connect(UnixDomainSocketAddress.of(state.socket()));
            in = new BufferedReader(Channels.newReader(channel, UTF_8));
        }

        JsonObject ask(Map<String, ?> question) throws IOException {
            byte[] json = JsonObject.write(question);
            ByteBuffer line = ByteBuffer.allocate(json.length + 1)
                    .put(json)
                    .put((byte) '\n')
                    .flip();
            while (line.hasRemaining()) {
                channel.write(line);
            }
            return JsonObject.parse(Objects.requireNonNull(in.readLine()).getBytes(UTF_8));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
