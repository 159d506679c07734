package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.local.LocalRequests;
import dev.muster.agent.local.LocalSocket;
import dev.muster.agent.local.Peer;
import dev.muster.agent.local.PeerRules;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.capability.DeviceCapability;
import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.delegation.ChainAnswer;
import dev.muster.policy.delegation.ChainCheck;
import dev.muster.policy.delegation.Claim;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.model.AppKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine builder hands a right to a service company, and that one to a technician's tablet for a shift. */
class CapabilityTest {
    private static final String CAMERA = "ohos.permission.CAMERA";

    private final FakeServer server = new FakeServer();

    @TempDir
    private Path folder;

    private String builder = "";
    private String company = "";
    private String tablet = "";

    @BeforeEach
    void keys() throws IOException {
        builder = keygen("builder.key");
        company = keygen("company.key");
        tablet = keygen("tablet.key");
        Files.writeString(folder.resolve("service.yaml"), """
                apiVersion: muster.dev/v1
                kind: Capability
                metadata: {name: service}
                spec:
                  permissions: [ohos.permission.CAMERA, ohos.permission.MICROPHONE]
                  apps: {bundles: [com.example.*]}
                  devices: {ids: [press-07, press-08]}
                  when: "'workshop' in zones"
                  notAfter: 2026-12-31T00:00:00Z
                  holder: %s
                ---
                apiVersion: muster.dev/v1
                kind: Zone
                metadata: {name: workshop}
                spec: {tags: [dock-1]}
                """.formatted(builder));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void keepsPrivateKeysForTheirOwnerAndWritesOverNone() throws IOException {
        Path key = folder.resolve("builder.key");
        String before = Files.readString(key);

        Ran again = muster("capability", "keygen", key.toString());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err()).contains("is not written over");
        assertThat(Files.readString(key)).isEqualTo(before);
        assertThat(muster("capability", "key", key.toString(), "-o", "name").out())
                .isEqualTo(builder + "\n");

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(muster("capability", "key", key.toString()).err())
                .contains("expected access for its owner only, found rw-r-----");
    }

    @Test
    void handsOnWhatIsHeldAndShowsEveryBlock() {
        assertThat(toCompany("--depth", "1").err()).isEmpty();
        Ran second = toTablet(
                "--permission",
                CAMERA,
                "--app",
                "com.example.press",
                "--device",
                "press-07",
                "--when",
                "'docked' in states && minute < clock('14:30')",
                "--time-zone",
                "Europe/Berlin");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).contains("wrote ", "`service` to " + tablet, "revocation id ");

        Ran shown = muster("capability", "inspect", file("tablet.chain"));

        assertThat(shown.err()).isEmpty();
        assertThat(shown.exit()).isZero();
        assertThat(shown.out())
                .contains(
                        "Capability:  service\n",
                        "Given to:    " + builder + "\n",
                        "Held by:     " + tablet + "\n",
                        "Permissions: " + CAMERA + "\n",
                        "Apps:        com.example.press\n",
                        "Devices:     press-07\n",
                        "While:       from 00:00 to 14:30, with state `docked`\n",
                        "From:        2026-11-22T09:00:00Z\n",
                        "Until:       2026-11-22T14:00:00Z\n",
                        "Chain:       good\n",
                        "BLOCK  TO",
                        company,
                        "ohos.permission.CAMERA,ohos.permission.MICROPHONE");
        Ran json = muster("capability", "inspect", file("tablet.chain"), "-o", "json");
        assertThat(json.out()).contains("\"good\" : true", "\"depth\" : 0");
    }

    @Test
    void refusesWhateverWouldWidenAndSaysWhat() {
        Ran wide = muster(
                "capability",
                "delegate",
                "--root",
                file("service.yaml"),
                "--key",
                file("builder.key"),
                "--to",
                company,
                "--permission",
                "ohos.permission.INSTALL_BUNDLE",
                "--app",
                "com.*",
                "--device",
                "press-09",
                "--until",
                "2027-01-01T00:00:00Z",
                "--out",
                file("wide.chain"));

        assertThat(wide.exit()).isEqualTo(1);
        assertThat(wide.err())
                .contains(
                        "cannot-delegate: ",
                        "permission `ohos.permission.INSTALL_BUNDLE` is not in what it is cut from",
                        "app `com.*`",
                        "device `press-09`",
                        "ends at 2027-01-01T00:00:00Z, after 2026-12-31T00:00:00Z");
        assertThat(folder.resolve("wide.chain")).doesNotExist();

        toCompany("--depth", "0");
        Ran further = toTablet("--permission", CAMERA);
        assertThat(further.exit()).isEqualTo(1);
        assertThat(further.err()).contains("what is above it may not be handed on any further");
    }

    @Test
    void saysWhatIsMissingOrWrong() {
        toCompany("--depth", "1");

        assertThat(toTablet("--when", "'pit' in zones").err()).contains("pit");
        assertThat(toTablet("--when", "minute < 600").err()).contains("expected --time-zone");
        assertThat(muster(
                                "capability",
                                "delegate",
                                "--chain",
                                file("company.chain"),
                                "--key",
                                file("builder.key"),
                                "--to",
                                tablet,
                                "--until",
                                "2026-11-22T14:00:00Z",
                                "--out",
                                file("x.chain"))
                        .err())
                .contains("expected the private key of `" + company + "`");
        assertThat(muster(
                                "capability",
                                "delegate",
                                "--chain",
                                file("company.chain"),
                                "--key",
                                file("company.key"),
                                "--to",
                                "short",
                                "--until",
                                "2026-11-22T14:00:00Z",
                                "--out",
                                file("x.chain"))
                        .err())
                .contains("43 characters in base64url");
        assertThat(muster("capability", "inspect", file("service.yaml")).err())
                .contains("a chain as `capability delegate` writes it expected");
        assertThat(muster("capability", "inspect", file("none.chain")).err()).contains("no such file");
        toTablet("--permission", CAMERA);
        assertThat(prove("--nonce", "AAAA").err()).contains("expected either --socket, or --nonce and --device");
    }

    @Test
    void readsWhatZonesItsConditionAsksFor() {
        toCompany("--depth", "1");

        Ran ran = toTablet("--when", "'workshop' in zones", "--definitions", file("service.yaml"));

        assertThat(ran.err()).isEmpty();
        assertThat(muster("capability", "inspect", file("tablet.chain")).out()).contains("with zone `workshop`");
    }

    @Test
    void namesWhatIsWrongWithAChain() throws IOException {
        toCompany("--depth", "1");
        byte[] bytes = Base64.getUrlDecoder()
                .decode(Files.readString(folder.resolve("company.chain")).strip());
        bytes[bytes.length - 1] ^= 1;
        Files.writeString(
                folder.resolve("bad.chain"),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));

        Ran ran = muster("capability", "inspect", file("bad.chain"));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("NOT GOOD");
        assertThat(ran.err()).contains("block 1 is not signed by the holder of what is before it");
    }

    @Test
    void revokesABlockByItsIdAtTheServer() {
        server.answer(
                "POST /api/v1/policy/capabilities/service/revocations",
                200,
                "{\"capability\":\"service\",\"id\":\"abc\",\"since\":\"2026-11-22T09:00:00Z\",\"pending\":2}");
        toCompany("--depth", "1");
        toTablet("--permission", CAMERA);
        DelegationChain chain = chain("tablet.chain");

        Ran last = muster("capability", "revoke", file("tablet.chain"), "--reason", "tablet lost");
        assertThat(last.out()).contains("Pending devices: 2");
        assertThat(server.calls().getLast().body()).contains(chain.ids().get(2), "tablet lost");
        muster("capability", "revoke", file("tablet.chain"), "--block", "1");
        assertThat(server.calls().getLast().body()).contains(chain.ids().get(1));
        muster("capability", "revoke", file("tablet.chain"), "--block", "0");
        assertThat(server.calls().getLast().body()).contains(chain.ids().get(0));
        muster("capability", "revoke", "--capability", "service", "--id", "abc");
        assertThat(server.calls().getLast().body()).contains("\"abc\"");
        int calls = server.calls().size();

        assertThat(muster("capability", "revoke", file("tablet.chain"), "--block", "3")
                        .err())
                .contains("expected a --block from 0 to 2, found 3");
        assertThat(muster("capability", "revoke").err()).contains("either a chain, or --capability and --id");
        assertThat(server.calls()).hasSize(calls);
    }

    @Test
    void provesAtTheSocketOfAnAgent() throws IOException {
        toCompany("--depth", "1");
        toTablet("--permission", CAMERA);
        Path directory = Files.createTempDirectory("muster");
        Path path = directory.resolve("agent.sock");
        try (LocalSocket socket = new LocalSocket(
                LocalSocket.Place.of(path), new Device(), () -> PeerRules.OWNER, System::nanoTime, line -> {})) {
            Ran granted = prove("--socket", path.toString());
            Ran denied = muster(
                    "capability",
                    "prove",
                    "--chain",
                    file("tablet.chain"),
                    "--key",
                    file("tablet.key"),
                    "--app",
                    "com.example.press",
                    "--permission",
                    "ohos.permission.MICROPHONE",
                    "--socket",
                    path.toString());

            assertThat(granted.err()).isEmpty();
            assertThat(granted.exit()).isZero();
            assertThat(granted.out()).contains("Granted: yes", "Reason:  delegated");
            assertThat(denied.exit()).isEqualTo(1);
            assertThat(denied.out()).contains("Granted: no", "block 2 does not hand on `ohos.permission.MICROPHONE`");
        }
        assertThat(prove("--socket", path.toString()).exit()).isEqualTo(7);
        Files.delete(directory);
    }

    @Test
    void printsAProofForADeviceElsewhere() {
        toCompany("--depth", "1");
        toTablet("--permission", CAMERA);
        String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);

        Ran ran = prove("--nonce", nonce, "--device", "default/press-07", "-o", "name");

        assertThat(ran.exit()).isZero();
        Claim claim = new Claim(nonce, "default", "press-07", AppKey.of("com.example.press"), CAMERA);
        assertThat(Device.judge(chain("tablet.chain"), claim, ran.out().strip()))
                .isInstanceOf(ChainAnswer.Gives.class);
    }

    /** A press that holds the capability, as an agent would answer for it. */
    private static final class Device implements LocalRequests {
        @Override
        public Verdict verify(Question question) {
            Presented presented = question.chain().orElseThrow();
            Claim claim = new Claim(
                    presented.nonce().orElseThrow(),
                    "default",
                    "press-07",
                    new AppKey(question.app(), question.user(), question.instance()),
                    question.permission());
            ChainAnswer answer = judge(
                    DelegationChain.read(Base64.getUrlDecoder().decode(presented.data())), claim, presented.proof());
            boolean gives = answer instanceof ChainAnswer.Gives;
            return new Verdict(
                    gives, gives ? "delegated" : "bad-chain", answer.toString(), "enforced-at-verify", "", 1, "holds");
        }

        @Override
        public Map<String, Object> explain(Question question) {
            return Map.of();
        }

        @Override
        public int publish(Peer peer, Map<String, Object> metrics) {
            return 0;
        }

        @Override
        public boolean request(Peer peer, Question question, String reason) {
            return false;
        }

        private static ChainAnswer judge(DelegationChain chain, Claim claim, String proof) {
            CapabilityFile file = new CapabilityFile(
                    "press-07",
                    1,
                    ConditionBlock.NONE,
                    List.of(new DeviceCapability(
                            "service",
                            new TreeSet<>(Set.of(CAMERA, "ohos.permission.MICROPHONE")),
                            new TreeSet<>(Set.of(AppKey.of("com.example.press"))),
                            Terms.ALWAYS,
                            Optional.of(chain.root().holder().text()))),
                    new TreeSet<>());
            return ChainCheck.judge(chain, claim, proof, file, Situation.at(Ran.NOW), true);
        }

        @Override
        public String device() {
            return "default/press-07";
        }

        @Override
        public boolean consent(String target) {
            return false;
        }

        @Override
        public Map<String, Object> status() {
            return Map.of();
        }
    }

    private DelegationChain chain(String name) {
        try {
            return DelegationChain.read(Base64.getUrlDecoder()
                    .decode(Files.readString(folder.resolve(name)).strip()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Ran toCompany(String... more) {
        return muster(with(
                more,
                "capability",
                "delegate",
                "--root",
                file("service.yaml"),
                "--key",
                file("builder.key"),
                "--to",
                company,
                "--until",
                "2026-12-01T00:00:00Z",
                "--out",
                file("company.chain")));
    }

    private Ran toTablet(String... more) {
        return muster(with(
                more,
                "capability",
                "delegate",
                "--chain",
                file("company.chain"),
                "--key",
                file("company.key"),
                "--to",
                tablet,
                "--until",
                "2026-11-22T14:00:00Z",
                "--out",
                file("tablet.chain")));
    }

    private Ran prove(String... more) {
        return muster(with(
                more,
                "capability",
                "prove",
                "--chain",
                file("tablet.chain"),
                "--key",
                file("tablet.key"),
                "--app",
                "com.example.press",
                "--permission",
                CAMERA));
    }

    private static String[] with(String[] more, String... words) {
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    private String keygen(String name) {
        Ran ran = muster("capability", "keygen", file(name), "-o", "name");
        assertThat(ran.err()).isEmpty();
        return ran.out().strip();
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private Ran muster(String... words) {
        return Ran.verb(Map.of("MUSTER_SERVER", server.url(), "MUSTER_TOKEN", "t"), "", words);
    }
}
