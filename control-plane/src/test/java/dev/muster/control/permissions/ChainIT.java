package dev.muster.control.permissions;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.PolicyDevices.CAMERA;
import static dev.muster.control.testing.PolicyDevices.MICROPHONE;
import static dev.muster.control.testing.PolicyDevices.SOON;
import static dev.muster.control.testing.PolicyDevices.app;
import static dev.muster.control.testing.PolicyDevices.awaitAnswer;
import static dev.muster.control.testing.PolicyDevices.delete;
import static dev.muster.control.testing.PolicyDevices.grant;
import static dev.muster.control.testing.PolicyDevices.publishAtOnce;
import static dev.muster.control.testing.PolicyDevices.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.muster.control.permissions.RevokedBlockStore.RevokedBlock;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PolicyDevices;
import dev.muster.control.testing.Servers;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.capability.DeviceCapability;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.delegation.ChainAnswer;
import dev.muster.policy.delegation.ChainCheck;
import dev.muster.policy.delegation.Claim;
import dev.muster.policy.delegation.Delegation;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.DelegationRoot;
import dev.muster.policy.delegation.HolderKey;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Capabilities that are handed on, from the document to what a device makes of a chain, and back by revocation. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ChainIT {
    private static final TargetName CAPABILITIES = new TargetName.Capabilities();

    @Inject
    PolicyDevices fleet;

    @Inject
    RevokedBlockStore blocks;

    @Inject
    TenantTransactions transactions;

    @TempDir
    Path directory;

    private final List<FleetDevice> devices = new ArrayList<>();
    private final KeyPair builder = keys();
    private final KeyPair tablet = keys();

    @AfterEach
    void close() {
        devices.forEach(FleetDevice::close);
    }

    @Test
    void whatIsHandedOnCountsOnTheDeviceUntilItsBlockIsRevoked() throws Exception {
        FleetDevice device = fleet.enrol(directory, "chain-1", "chain", app("com.chain"));
        devices.add(device);
        put(grant("chain", "com.chain", CAMERA) + "---\n" + capability("chain-service", Optional.of(builder)));
        publishAtOnce("chain");
        awaitAnswer(device, "com.chain", MICROPHONE, Reason.NOT_IN_ROLE);
        DelegationChain chain = chain();
        String root = chain.ids().getFirst();
        String block = chain.ids().getLast();

        CapabilityFile file = file(device, one -> one.revoked().isEmpty());
        assertThat(judge(file, chain)).isInstanceOf(ChainAnswer.Gives.class);
        assertThat(file.ask(AppKey.of("com.chain"), MICROPHONE, file.context(Situation.at(now()))))
                .as("without a chain it gives nothing")
                .isEmpty();
        device.commit();
        await().atMost(SOON).untilAsserted(() -> get("/policy/explain?device=chain-1&bundle=com.chain&permission="
                        + MICROPHONE)
                .body("granted", equalTo(false))
                .body("note", containsString("capability `chain-service` gives it to whoever presents a chain")));
        get("/policy/capabilities")
                .body(
                        "items.find {it.name == 'chain-service'}.holder",
                        equalTo(key(builder).text()))
                .body("items.find {it.name == 'chain-service'}.rootId", equalTo(root))
                .body("items.find {it.name == 'chain-service'}.revokedBlocks", equalTo(List.of()));

        String revoke = "{\"id\":\"" + block + "\",\"reason\":\"tablet lost\"}";
        postJson("/policy/capabilities/chain-service/revocations", revoke)
                .statusCode(200)
                .body("capability", equalTo("chain-service"))
                .body("id", equalTo(block));
        postJson("/policy/capabilities/chain-service/revocations", revoke).statusCode(200);

        CapabilityFile after = file(device, one -> !one.revoked().isEmpty());
        assertThat(after.revoked()).containsExactly(block);
        assertThat(judge(after, chain)).isEqualTo(new ChainAnswer.Refused("block 1 is revoked (id " + block + ")"));
        get("/policy/capabilities")
                .body("items.find {it.name == 'chain-service'}.state", equalTo("active"))
                .body("items.find {it.name == 'chain-service'}.revokedBlocks.id", contains(block))
                .body("items.find {it.name == 'chain-service'}.revokedBlocks.reason", contains("tablet lost"));
        get("/audit?object=policy/Capability/chain-service")
                .body("items.verb", hasItem("policy.revoke-block"))
                .body("items.find {it.verb == 'policy.revoke-block'}.detail.id", equalTo(block));

        postJson("/policy/capabilities/chain-service/revocations", "{\"id\":\"" + root + "\"}")
                .statusCode(200);
        CapabilityFile without = file(device, one -> one.revoked().size() == 2);
        assertThat(judge(without, chain)).isEqualTo(new ChainAnswer.Refused("its root is revoked (id " + root + ")"));
        delete("Capability", "chain-service");
    }

    @Test
    void onlyABlockOfACapabilityThatCanBeHandedOnCanBeRevoked() {
        put(capability("chain-none", Optional.empty()));
        String id = "ab".repeat(32);

        postJson("/policy/capabilities/nobody/revocations", "{\"id\":\"" + id + "\"}")
                .statusCode(404)
                .body("code", equalTo("policy-not-found"));
        postJson("/policy/capabilities/chain-none/revocations", "{\"id\":\"" + id + "\"}")
                .statusCode(404)
                .body("detail", containsString("with a holder key"));
        for (String body : List.of("{}", "{\"id\":\"abc\"}", "{\"id\":\"" + "AB".repeat(32) + "\"}")) {
            postJson("/policy/capabilities/chain-none/revocations", body)
                    .statusCode(400)
                    .body("detail", containsString("64 lower-case hex digits"));
        }
        delete("Capability", "chain-none");
    }

    @Test
    void whatCannotBeRevokedForWantOfRoomCannotBeHandedOn() throws Exception {
        FleetDevice device = fleet.enrol(directory, "chain-2", "chain-full", app("com.chain"));
        devices.add(device);
        StringBuilder documents = new StringBuilder(grant("chain-full", "com.chain", CAMERA));
        documents.append("---\n").append(capability("chain-plain", Optional.empty()));
        for (int i = 0; i < 5; i++) {
            documents.append("---\n").append(capability("chain-full-" + i, Optional.of(builder)));
        }
        put(documents.toString());
        transactions.run(TenantId.DEFAULT, handle -> {
            for (int i = 0; i < 5; i++) {
                for (int j = 0; j < ChainService.MOST; j++) {
                    String id = String.format("%064x", i * 1000 + j);
                    blocks.add(handle, new RevokedBlock("chain-full-" + i, id, "", now(), "test", "test"));
                }
            }
        });

        publishAtOnce("chain-full");

        CapabilityFile file = file(device, one -> true);
        assertThat(file.capabilities()).extracting(DeviceCapability::name).containsExactly("chain-plain");
        assertThat(file.revoked()).isEmpty();
        postJson("/policy/capabilities/chain-full-0/revocations", "{\"id\":\"" + "ab".repeat(32) + "\"}")
                .statusCode(400)
                .body("detail", containsString("at most 500 revoked blocks"));
        delete("Capability", "chain-plain");
        for (int i = 0; i < 5; i++) {
            delete("Capability", "chain-full-" + i);
        }
    }

    private DelegationChain chain() {
        Delegation shift = new Delegation(
                new TreeSet<>(Set.of(MICROPHONE)),
                new TreeSet<>(),
                new TreeSet<>(Set.of("chain-1")),
                Optional.empty(),
                now().minus(Duration.ofHours(1)),
                now().plus(Duration.ofHours(8)),
                0,
                key(tablet));
        return DelegationChain.of(new DelegationRoot("default", "chain-service", key(builder)))
                .narrowed(shift, message -> sign(builder, message));
    }

    private ChainAnswer judge(CapabilityFile file, DelegationChain chain) {
        String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
        Claim claim = new Claim(nonce, "default", "chain-1", AppKey.of("com.chain"), MICROPHONE);
        String proof = Base64.getUrlEncoder().withoutPadding().encodeToString(sign(tablet, claim.message(chain)));
        return ChainCheck.judge(chain, claim, proof, file, Situation.at(now()), true);
    }

    private static String capability(String name, Optional<KeyPair> holder) {
        return """
                apiVersion: muster.dev/v1
                kind: Capability
                metadata: {name: %s}
                spec:
                  permissions: [ohos.permission.MICROPHONE]
                  apps: {bundles: [com.chain]}
                  devices: {ids: [chain-1, chain-2]}
                  notAfter: %s
                """.formatted(name, now().plus(Duration.ofDays(1)))
                + holder.map(keys -> "  holder: " + key(keys) + "\n").orElse("");
    }

    private static CapabilityFile file(FleetDevice device, java.util.function.Predicate<CapabilityFile> wanted) {
        CapabilityFile[] found = new CapabilityFile[1];
        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.target(CAPABILITIES)).isPresent();
            var answer = device.fetch(
                    device.target(CAPABILITIES).orElseThrow().file().sha256());
            assertThat(answer.statusCode()).isEqualTo(200);
            found[0] = CapabilityFile.read(
                    ByteBuffer.wrap(answer.body()), device.ref().device().value());
            assertThat(wanted.test(found[0])).isTrue();
        });
        return found[0];
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static HolderKey key(KeyPair keys) {
        byte[] encoded = keys.getPublic().getEncoded();
        return HolderKey.of(Arrays.copyOfRange(encoded, encoded.length - HolderKey.BYTES, encoded.length));
    }

    private static byte[] sign(KeyPair keys, byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Instant now() {
        return Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
