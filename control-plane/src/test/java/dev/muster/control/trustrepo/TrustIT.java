package dev.muster.control.trustrepo;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Durations.ONE_MINUTE;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Role;
import dev.muster.control.access.Scope;
import dev.muster.control.config.DataDirectory;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.trust.TrustException;
import dev.muster.trust.client.DirectoryTrustStore;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.Updater;
import dev.muster.trust.keys.PemSigner;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.signing.Draft;
import dev.muster.trust.signing.Holders;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who signs what: drafts over REST in starter mode, and a whole tenant on its way to strict mode. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class TrustIT {
    private static final TenantId STRICT = new TenantId("strict");

    @Inject
    TrustService trust;

    @Inject
    TrustChangeService changes;

    @Inject
    TenantTransactions transactions;

    @Inject
    DataDirectory data;

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    private final Signer alice = PemSigner.generate(PemSigner.Kind.ED25519);
    private final Signer bob = PemSigner.generate(PemSigner.Kind.ECDSA);
    private final Signer pump = PemSigner.generate(PemSigner.Kind.ED25519);

    // ---- over REST, in starter mode

    private static String holders(int threshold, Signer... signers) {
        List<String> keys = Arrays.stream(signers)
                .map(signer -> "{\"keytype\":\"" + signer.publicKey().keyType() + "\",\"scheme\":\""
                        + signer.publicKey().scheme() + "\",\"keyval\":{\"public\":\""
                        + signer.publicKey().publicKey().replace("\n", "\\n") + "\"}}")
                .toList();
        return "{\"threshold\":" + threshold + ",\"keys\":[" + String.join(",", keys) + "]}";
    }

    private static ValidatableResponse put(String path, String json) {
        return admin().contentType("application/json")
                .body(json)
                .put("/api/v1" + path)
                .then();
    }

    private static ValidatableResponse sign(String id, byte[] file) {
        return admin().contentType("application/json")
                .body(new String(file, StandardCharsets.UTF_8))
                .post("/api/v1/trust/drafts/" + id + "/signatures")
                .then();
    }

    private static Draft file(String id) {
        return Draft.parse(
                get("/trust/drafts/" + id + "/file").statusCode(200).extract().asByteArray());
    }

    @Test
    void aPublisherIsDelegatedToWithItsOwnSignaturesAndRevoked() {
        ValidatableResponse made = put("/trust/publishers/acme", holders(2, pump, bob))
                .statusCode(200)
                .body("items.role", equalTo(List.of("targets", "publisher-acme")))
                .body("items.state", equalTo(List.of("open", "open")));
        String id = made.extract().path("items[1].id");
        get("/trust/drafts/" + id)
                .body("waiting", equalTo("waiting for signatures: has signature 0 of 2 by the keys of targets"));
        get("/trust/status").body("roles.role", not(hasItem("publisher-acme")));

        sign(id, file(id).withSignature(pump).file())
                .statusCode(200)
                .body("waiting", equalTo("waiting for signatures: has signature 1 of 2 by the keys of targets"));
        sign(id, file(id).withSignature(pump).file()).statusCode(400);
        sign(id, file(id).withSignature(bob).file()).statusCode(200).body("state", equalTo("published"));

        get("/trust/status").body("roles.role", hasItem("publisher-acme"));
        get("/audit?object=trust-draft/" + id).body("items.verb", hasItem("trust.sign"));
        admin().delete("/api/v1/trust/publishers/acme")
                .then()
                .statusCode(200)
                .body("items.state", equalTo(List.of("published")));
        get("/trust/status").body("roles.role", not(hasItem("publisher-acme")));
    }

    @Test
    void aDraftThatIsGivenUpFreesItsFiles() {
        String id = put("/trust/publishers/given-up", holders(1, pump))
                .statusCode(200)
                .extract()
                .path("items[1].id");
        put("/trust/publishers/other", holders(1, bob))
                .statusCode(409)
                .body("detail", org.hamcrest.Matchers.containsString("discard"));

        admin().delete("/api/v1/trust/drafts/" + id).then().statusCode(204);

        get("/trust/drafts/" + id).body("state", equalTo("discarded"));
        sign(id, file(id).withSignature(pump).file()).statusCode(409);
    }

    @Test
    void keysThatCannotSignAreRefused() {
        put(
                        "/trust/publishers/weak",
                        "{\"keys\":[{\"keytype\":\"rsa\",\"scheme\":\"md5\",\"keyval\":{\"public\":\"x\"}}]}")
                .statusCode(400);
        put("/trust/publishers/weak", holders(2, pump)).statusCode(400);
        put("/trust/publishers/..%2Fweak", holders(1, pump)).statusCode(400);
        put("/trust/publishers/weak", "{}").statusCode(400);
    }

    private static ValidatableResponse rotateOnline(String names) {
        return admin().contentType("application/json")
                .body("{\"online\":[" + names + "]}")
                .post("/api/v1/trust/rotations")
                .then();
    }

    private static List<String> onlineKeys() {
        return get("/trust/status").extract().path("roles.findAll { !it.offline }.keys.flatten()");
    }

    @Test
    void devicesFollowNewKeysOfTheServerOverHttpWithoutTouch() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "online-keys", "online-keys-1")) {
            device.refresh();
            String document = FleetApi.get("/trust/roots/director").extract().asString();
            List<String> before = onlineKeys();
            Path keys = data.directory("trust/default");
            byte[] stolen = Files.readAllBytes(keys.resolve("director-targets.pem"));

            rotateOnline("\"all\"")
                    .statusCode(200)
                    .body("items.state", equalTo(List.of("published", "published", "published")))
                    .body("items.role", equalTo(List.of("root", "targets", "root")));

            assertThat(onlineKeys()).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
            assertThat(get("/trust/roots/director").extract().asString()).isNotEqualTo(document);
            assertThat(Files.readAllBytes(keys.resolve("director-targets.pem"))).isNotEqualTo(stolen);
            assertThat(keys.resolve("director-targets.next.pem")).doesNotExist();
            device.refresh();
            String image = FleetApi.uploadImage("new online keys".getBytes(StandardCharsets.UTF_8), "8.8.8", 8);
            FleetApi.rollout("online-keys", FleetApi.release("online-keys", "1", image), "online-keys");
            org.awaitility.Awaitility.await().atMost(ONE_MINUTE).untilAsserted(() -> {
                device.refresh();
                assertThat(device.target(TargetName.parse("image"))).isPresent();
            });
            // Whoever is new starts from the root of today.
            try (FleetDevice later = fleet.enrol(directory.resolve("later"), "online-keys", "online-keys-2")) {
                later.refresh();
            }
            get("/audit?object=trust").body("items.verb", hasItem("trust.rotate"));
        }
    }

    @Test
    void onlyKeysOfTheServerAreMadeAnewThatWay() {
        rotateOnline("\"root\"").statusCode(400).body("detail", org.hamcrest.Matchers.containsString("`root`"));
        rotateOnline("").statusCode(400);
        admin().contentType("application/json")
                .body("{\"online\":[\"policy\"],\"root\":" + holders(1, pump) + "}")
                .post("/api/v1/trust/rotations")
                .then()
                .statusCode(400);
    }

    @Test
    void theRootOfEachRepositoryIsThereAsAnAnchor() {
        get("/trust/roots/images").statusCode(200).body("signed._type", equalTo("root"));
        get("/trust/roots/director").statusCode(200).body("signed._type", equalTo("root"));
        get("/trust/roots/else").statusCode(400);
    }

    // ---- a tenant on its way to strict mode

    private static Access access() {
        return new Access(new Caller.Server(STRICT, "test"), Role.ADMIN, Scope.wholeTenant(STRICT));
    }

    private static Holders of(int threshold, Signer... signers) {
        return new Holders(Arrays.stream(signers).map(Signer::publicKey).toList(), threshold);
    }

    private TrustDraft signAs(TrustDraft draft, Signer signer) {
        Draft carried = Draft.parse(changes.get(access(), draft.id()).draft().file());
        return changes.sign(access(), draft.id(), carried.withSignature(signer).file());
    }

    private Updater device() {
        Updater device = new Updater(
                (name, most) -> trust.image(STRICT, name),
                new DirectoryTrustStore(directory),
                Clock.systemUTC(),
                Limits.DEFAULT);
        device.initialise(trust.of(STRICT).images().getBytes(StandardCharsets.UTF_8));
        return device;
    }

    private void upload(Publisher publisher, String path) {
        TargetCustom custom = new TargetCustom(
                TargetName.parse(publisher instanceof Publisher.Code ? "app/com.example.a" : "policy"),
                "*",
                "1",
                1,
                Optional.empty(),
                Optional.empty());
        transactions.run(
                STRICT,
                handle -> trust.publish(
                        handle,
                        STRICT,
                        List.of(new TrustService.Publication(publisher, path, 1, "ab".repeat(32), custom))));
    }

    private boolean isPublished(String path) {
        return transactions
                .in(STRICT, handle -> trust.unpublished(handle, STRICT, List.of(path)))
                .isEmpty();
    }

    private boolean unpublish(String path) {
        return transactions.in(STRICT, handle -> trust.unpublish(handle, STRICT, path));
    }

    private List<String> drafted() {
        return transactions.in(
                STRICT, handle -> List.copyOf(trust.drafted(handle).keySet()));
    }

    @Test
    void aTenantGoesStrictAndItsDevicesFollow() {
        transactions.run(
                STRICT,
                handle -> handle.execute("insert into tenant (tenant) values ('strict') on conflict do nothing"));
        Updater device = device();
        upload(Publisher.byDefault(), "apps/default/before.hap");
        upload(Publisher.byDefault(), "apps/default/taken-out.hap");
        device.refresh();
        assertThat(trust.status(STRICT).mode()).isEqualTo("starter");
        assertThat(unpublish("apps/default/taken-out.hap")).isTrue();
        assertThat(isPublished("apps/default/taken-out.hap")).isFalse();
        device.refresh();

        List<TrustDraft> drafts = changes.rotate(
                access(),
                new TrustChangeService.Rotation(
                        Optional.of(of(2, alice, bob)),
                        Optional.of(of(2, alice, bob)),
                        Optional.of(of(1, alice)),
                        Map.of("default", of(1, pump))));
        assertThat(drafts)
                .extracting(draft ->
                        draft.draft().repository() + "/" + draft.draft().role())
                .containsExactly("images/root", "images/targets", "images/publisher-default", "director/root");
        for (TrustDraft draft : drafts) {
            if (draft.draft().role().equals("publisher-default")) {
                signAs(draft, pump);
            } else {
                signAs(draft, alice);
            }
        }
        assertThat(trust.status(STRICT).mode()).isEqualTo("starter");
        signAs(drafts.get(0), bob);
        TrustDraft last = signAs(drafts.get(1), bob);

        assertThat(last.state()).isEqualTo("published");
        assertThat(trust.status(STRICT).mode()).isEqualTo("strict");
        assertThat(trust.status(STRICT).openDrafts()).isZero();
        Path keys = data.directory("trust/strict");
        for (String name : List.of("root", "targets", "director-root", "publisher-default")) {
            assertThat(keys.resolve(name + ".pem")).doesNotExist();
        }
        assertThat(Files.exists(keys.resolve("timestamp.pem"))).isTrue();
        // No device was touched: the one that knew the first root follows.
        assertThat(device.refresh().root().version()).isEqualTo(2);
        assertThat(device.target("apps/default/before.hap")).isPresent();
        assertThat(device().refresh().root().version()).isEqualTo(2);

        // An upload is a draft now, and a second one waits with it.
        upload(Publisher.byDefault(), "apps/default/one.hap");
        upload(Publisher.byDefault(), "apps/default/two.hap");
        upload(Publisher.byDefault(), "apps/default/bad.hap");
        assertThat(isPublished("apps/default/one.hap")).isFalse();
        assertThat(drafted()).contains("apps/default/one.hap", "apps/default/two.hap");
        TrustDraft waiting = changes.list(access()).getFirst();
        assertThat(waiting.reason()).isEqualTo("upload");
        assertThat(waiting.answer().waiting()).contains("signature 0 of 1");
        assertThatThrownBy(() -> signAs(waiting, alice)).isInstanceOf(TrustException.NotAllowed.class);

        signAs(waiting, pump);

        device.refresh();
        assertThat(device.target("apps/default/two.hap")).isPresent();
        assertThat(isPublished("apps/default/one.hap")).isTrue();
        assertThat(drafted()).isEmpty();

        // Only its publisher can take it out again.
        assertThat(unpublish("apps/default/one.hap")).isFalse();
        Map<String, String> held = transactions.in(
                STRICT,
                handle -> trust.heldElsewhere(handle, STRICT, List.of("apps/default/one.hap", "apps/default/no.hap")));
        assertThat(held).containsExactly(Map.entry("apps/default/one.hap", "publisher-default"));
        assertThat(isPublished("apps/default/one.hap")).isTrue();

        takesAwayWhatItsPublisherSigned(device);

        // Once somebody has signed, a further upload waits behind: no signature is asked for twice.
        List<TrustDraft> two = changes.delegate(access(), "default", of(2, pump, bob));
        for (TrustDraft draft : two) {
            signAs(draft, draft.draft().role().equals("targets") ? alice : pump);
            signAs(draft, bob);
        }
        upload(Publisher.byDefault(), "apps/default/three.hap");
        TrustDraft half = signAs(changes.list(access()).getFirst(), pump);
        upload(Publisher.byDefault(), "apps/default/four.hap");
        upload(Publisher.byDefault(), "apps/default/five.hap");
        assertThat(changes.get(access(), half.id()).answer().waiting()).contains("signature 1 of 2");
        TrustDraft behind = changes.list(access()).stream()
                .filter(draft -> draft.state().equals("queued"))
                .findFirst()
                .orElseThrow();
        assertThat(behind.answer().waiting()).contains("waits until the draft");
        assertThatThrownBy(() -> signAs(behind, pump)).isInstanceOf(ProblemException.class);
        assertThat(signAs(half, bob).state()).isEqualTo("published");
        assertThat(isPublished("apps/default/three.hap")).isTrue();
        assertThat(isPublished("apps/default/four.hap")).isFalse();
        signAs(behind, bob);
        assertThat(signAs(behind, pump).state()).isEqualTo("published");
        device.refresh();
        for (String path : List.of("one", "two", "three", "four", "five")) {
            assertThat(device.target("apps/default/" + path + ".hap")).isPresent();
        }

        // What the server signs by itself goes on.
        upload(new Publisher.Policy(), "policy/p.bin");
        device.refresh();
        assertThat(device.target("policy/p.bin")).isPresent();

        // Offline roles are renewed by their holders.
        TrustDraft renewal = changes.renew(access(), "images", "targets").getFirst();
        signAs(renewal, alice);
        assertThat(signAs(renewal, bob).state()).isEqualTo("published");
        device.refresh();
        assertThatThrownBy(() -> changes.renew(access(), "images", "nobody")).isInstanceOf(ProblemException.class);

        // So are the roots and targets that name new keys of the server; until then the old ones sign.
        List<TrustDraft> online = changes.rotateOnline(access(), Set.of("policy", "timestamp", "director-targets"));
        assertThat(online).extracting(TrustDraft::state).containsOnly("open");
        assertThatThrownBy(() -> changes.rotateOnline(access(), Set.of("delta")))
                .isInstanceOf(ProblemException.class);
        upload(new Publisher.Policy(), "policy/meanwhile.bin");
        device.refresh();
        String oldKey = device.target("policy/p.bin")
                .orElseThrow()
                .roleKeys()
                .iterator()
                .next()
                .keyId();
        signAs(online.get(0), alice);
        signAs(online.get(0), bob);
        signAs(online.get(1), alice);
        signAs(online.get(1), bob);
        assertThat(Files.exists(keys.resolve("policy.next.pem"))).isTrue();
        assertThat(signAs(online.get(2), alice).state()).isEqualTo("published");
        assertThat(Files.exists(keys.resolve("policy.next.pem"))).isFalse();
        device.refresh();
        assertThat(device.target("policy/meanwhile.bin").orElseThrow().roleKeys())
                .noneMatch(key -> key.keyId().equals(oldKey));
        upload(new Publisher.Policy(), "policy/after.bin");
        device.refresh();
        assertThat(device.target("policy/after.bin")).isPresent();

        // A change that is given up takes its keys along.
        List<TrustDraft> givenUp = changes.rotateOnline(access(), Set.of("settings"));
        assertThat(Files.exists(keys.resolve("settings.next.pem"))).isTrue();
        changes.discard(access(), givenUp.getFirst().id());
        assertThat(Files.exists(keys.resolve("settings.next.pem"))).isFalse();
    }

    private void takesAwayWhatItsPublisherSigned(Updater device) {
        assertThat(device.target("apps/default/bad.hap")).isPresent();
        TrustDraft.Answer asked = changes.remove(access(), "artifact/bad", "apps/default/bad.hap", handle -> {});
        assertThat(asked.waiting()).contains("signature 0 of 1");
        assertThat(asked.removes()).containsExactly("apps/default/bad.hap");
        assertThat(asked.reason()).isEqualTo("remove");
        assertThat(transactions.in(STRICT, trust::removing)).containsOnlyKeys("apps/default/bad.hap");
        assertThat(drafted()).as("the others wait for nothing").isEmpty();
        // What comes meanwhile waits behind it, and was made when the target was still there.
        upload(Publisher.byDefault(), "apps/default/behind.hap");
        assertThatThrownBy(() -> changes.remove(access(), "artifact/two", "apps/default/two.hap", handle -> {}))
                .isInstanceOf(ProblemException.class);
        device.refresh();
        assertThat(device.target("apps/default/bad.hap")).isPresent();

        TrustDraft removal = changes.get(access(), asked.id());
        assertThatThrownBy(() -> signAs(removal, alice)).isInstanceOf(TrustException.NotAllowed.class);
        assertThat(signAs(removal, pump).state()).isEqualTo("published");

        device.refresh();
        assertThat(device.target("apps/default/bad.hap")).isEmpty();
        assertThat(device.target("apps/default/two.hap")).isPresent();
        signAs(changes.list(access()).getFirst(), pump);
        device.refresh();
        assertThat(device.target("apps/default/behind.hap")).isPresent();
        assertThat(device.target("apps/default/bad.hap")).isEmpty();
        assertThat(isPublished("apps/default/bad.hap")).isFalse();
        assertThatThrownBy(() -> changes.remove(access(), "artifact/bad", "apps/default/bad.hap", handle -> {}))
                .isInstanceOf(ProblemException.class);
        List<String> verbs = transactions.in(
                STRICT, handle -> handle.createQuery("select verb from audit where object = 'artifact/bad'")
                        .mapTo(String.class)
                        .list());
        assertThat(verbs).containsExactly("trust.remove");
    }

    // ---- the director and wrong manifests

    @Test
    void nothingNewIsSignedForADeviceWhoseManifestIsNotItsOwn() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "wrong-manifest", "wrong-manifest-1")) {
            assertThat(device.manifest().statusCode()).isLessThan(300);
            byte[] foreign = SignedManifest.sign(
                            manifest(device.ref()), TestDevice.newKeys().getPrivate())
                    .toJson();
            assertThat(device.sendManifest(foreign).statusCode()).isEqualTo(400);
            String image = FleetApi.uploadImage("wrong manifest".getBytes(StandardCharsets.UTF_8), "7.7.7", 7);
            String release = FleetApi.release("wrong-manifest", "1", image);
            FleetApi.rollout("wrong-manifest", release, "wrong-manifest");
            org.awaitility.Awaitility.await().atMost(ONE_MINUTE).untilAsserted(() -> assertThatThrownBy(device::refresh)
                    .hasMessageContaining("its last version manifest was refused"));
            get("/audit?object=device/wrong-manifest-1").body("items.verb", hasItem("manifest.refused"));

            assertThat(device.manifest().statusCode()).isLessThan(300);

            device.refresh();
            assertThat(device.target(TargetName.parse("image"))).isPresent();
        }
    }

    private static VersionManifest manifest(DeviceRef device) {
        return new VersionManifest(
                device, Clock.systemUTC().instant(), 1, "test-board", Optional.empty(), List.of(), List.of());
    }
}
