package dev.muster.trust.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MemoryTrustStore;
import dev.muster.trust.client.Updater;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.PemSigner;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.signing.Draft;
import dev.muster.trust.signing.Holders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From starter to strict mode and on, each time seen by a device that nobody touched. */
class StrictModeTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final String DEFAULT = KeyNames.publisher("default");
    private static final TargetFile APP = TargetFile.ofSha256(7, "ab".repeat(32), Map.of());

    private final StarterKeys starter = StarterKeys.inMemory();
    // The server after the change: nothing but its online keys.
    private final KeyRing online = name -> {
        if (StarterKeys.OFFLINE.contains(name)) {
            throw new TrustException.NotFound(name, "the server's keys");
        }
        return starter.signer(name);
    };
    private final Signer alice = PemSigner.generate(PemSigner.Kind.ED25519);
    private final Signer bob = PemSigner.generate(PemSigner.Kind.ECDSA);
    private final Signer carol = PemSigner.generate(PemSigner.Kind.ED25519);
    private final Signer pump = PemSigner.generate(PemSigner.Kind.RSA);
    private final MemoryStorage storage = new MemoryStorage();
    private ImageRepository repository = ImageRepository.create(starter, Validity.DEFAULT, NOW)
            .withTarget(DEFAULT, "apps/default/a.hap", APP, starter, NOW)
            .publish(starter, NOW)
            .store(storage);
    private final Updater device = new Updater(storage, new MemoryTrustStore(), () -> NOW, Limits.DEFAULT);

    StrictModeTest() {
        device.initialise(repository.root());
        device.refresh();
    }

    private static Holders holders(int threshold, Signer... signers) {
        return new Holders(Arrays.stream(signers).map(Signer::publicKey).toList(), threshold);
    }

    private Drafts drafts() {
        return Drafts.of(repository, NOW);
    }

    private static Draft signed(Draft draft, Signer... signers) {
        Draft result = draft;
        for (Signer signer : signers) {
            // Through the file each time, as between machines.
            result =
                    Draft.parse(Draft.parse(result.file()).withSignature(signer).file());
        }
        return result;
    }

    private void publish(KeyRing ring, Draft... drafts) {
        Map<String, byte[]> files = new HashMap<>();
        for (Draft draft : drafts) {
            files.put(draft.role(), draft.document());
        }
        repository = repository.withSigned(files).publish(ring, NOW).store(storage);
    }

    private void goStrict() {
        List<Draft> drafts = drafts().rotation(
                        Optional.of(holders(2, alice, bob, carol)),
                        Optional.of(holders(2, alice, bob)),
                        Map.of("default", holders(1, pump)));
        publish(
                online,
                signed(drafts.get(0), starter.signer(KeyNames.ROOT), alice, carol),
                signed(drafts.get(1), alice, bob),
                signed(drafts.get(2), pump));
    }

    @Test
    void oneRootRotationLeadsToStrictModeAndNoDeviceIsTouched() {
        goStrict();

        Root root = device.refresh().root().metadata();
        assertThat(root.version()).isEqualTo(2);
        assertThat(root.role(Root.TYPE).threshold()).isEqualTo(2);
        assertThat(root.keys())
                .doesNotContainKey(starter.signer(KeyNames.ROOT).publicKey().keyId());
        assertThat(device.target("apps/default/a.hap").orElseThrow().roleKeys()).containsExactly(pump.publicKey());
        assertThat(ImageRepository.load(storage).orElseThrow().status())
                .filteredOn(role -> role.role().equals(Targets.TYPE))
                .extracting(RoleStatus::threshold)
                .containsExactly(2);
    }

    @Test
    void aDraftTellsWhatIsMissing() {
        Draft draft = drafts().rotation(Optional.of(holders(2, alice, bob)), Optional.empty(), Map.of())
                .get(0);

        assertThat(draft.progress())
                .extracting(Draft.Progress::text)
                .containsExactly("signature 0 of 1", "signature 0 of 2");
        Draft once = signed(draft, alice, alice);
        assertThat(once.progress())
                .extracting(Draft.Progress::text)
                .containsExactly("signature 0 of 1", "signature 1 of 2");
        assertThat(once.isComplete()).isFalse();
        assertThat(signed(once, bob, starter.signer(KeyNames.ROOT)).isComplete())
                .isTrue();
    }

    @Test
    void withoutTheOldOrTheNewKeysARootIsNotTakenOver() {
        Draft draft = drafts().rotation(Optional.of(holders(2, alice, bob)), Optional.empty(), Map.of())
                .get(0);

        assertThatThrownBy(() -> publish(online, signed(draft, alice, bob)))
                .isInstanceOf(TrustException.Threshold.class);
        assertThatThrownBy(() -> publish(online, signed(draft, starter.signer(KeyNames.ROOT), alice)))
                .isInstanceOf(TrustException.Threshold.class);
        assertThat(device.refresh().root().version()).isEqualTo(1);
    }

    @Test
    void aRootThatLeavesTheTargetsUnsignedIsNotTakenOver() {
        List<Draft> drafts = drafts().rotation(Optional.empty(), Optional.of(holders(1, alice)), Map.of());

        // Devices would find no targets that the new root's keys signed.
        assertThatThrownBy(() -> publish(online, signed(drafts.get(0), starter.signer(KeyNames.ROOT))))
                .isInstanceOf(TrustException.Threshold.class);
    }

    @Test
    void inStrictModeTheServerCannotPublishCode() {
        goStrict();

        assertThatThrownBy(() -> repository.withTarget(DEFAULT, "apps/default/b.hap", APP, online, NOW))
                .isInstanceOf(TrustException.NotFound.class);
        assertThatThrownBy(() -> repository.withTarget(DEFAULT, "apps/default/b.hap", APP, starter, NOW))
                .isInstanceOf(TrustException.Threshold.class);
    }

    @Test
    void aReleaseThatItsPublisherSignedElsewhereReachesTheDevice() {
        goStrict();
        Draft draft = drafts().release(DEFAULT, Map.of("apps/default/b.hap", APP));

        publish(online, signed(draft, pump));

        device.refresh();
        assertThat(device.target("apps/default/b.hap")).isPresent();
        assertThat(device.target("apps/default/a.hap")).isPresent();
    }

    @Test
    void whatItsPublisherSignedElsewhereIsGoneOnceItSignedThatToo() {
        goStrict();
        device.refresh();
        Draft draft = drafts().removal("apps/default/a.hap");
        assertThat(Draft.parse(draft.file()).removes()).containsExactly("apps/default/a.hap");
        assertThatThrownBy(() -> publish(online, signed(draft))).isInstanceOf(TrustException.class);
        device.refresh();
        assertThat(device.target("apps/default/a.hap")).isPresent();

        publish(online, signed(draft, pump));

        device.refresh();
        assertThat(device.target("apps/default/a.hap")).isEmpty();
        assertThatThrownBy(() -> drafts().removal("apps/default/a.hap")).isInstanceOf(TrustException.NotFound.class);
        assertThatThrownBy(() -> drafts().removal("elsewhere/a.hap")).isInstanceOf(TrustException.NotFound.class);
    }

    @Test
    void onlinePublicationsGoOnInStrictMode() {
        goStrict();

        repository = repository
                .withTarget(KeyNames.POLICY, "policy/p.bin", APP, online, NOW)
                .publish(online, NOW)
                .store(storage);

        device.refresh();
        assertThat(device.target("policy/p.bin")).isPresent();
    }

    @Test
    void aPublisherIsAddedAndRevokedAndAddedAgain() {
        goStrict();
        List<Draft> added = drafts().delegation("acme", holders(1, carol));
        publish(online, signed(added.get(0), alice, bob), signed(added.get(1), carol));
        publish(online, signed(drafts().release(KeyNames.publisher("acme"), Map.of("apps/acme/x.hap", APP)), carol));
        device.refresh();
        assertThat(device.target("apps/acme/x.hap")).isPresent();

        publish(online, signed(drafts().revocation("acme").get(0), alice, bob));

        // A snapshot that forgot the role would be refused by every device that saw it.
        device.refresh();
        assertThat(device.target("apps/acme/x.hap")).isEmpty();
        assertThat(ImageRepository.load(storage)).isPresent();

        List<Draft> again = drafts().delegation("acme", holders(1, bob));
        assertThat(again.get(1).version()).isEqualTo(3);
        publish(online, signed(again.get(0), alice, bob), signed(again.get(1), bob));
        device.refresh();
        assertThat(device.target("apps/acme/x.hap")).isEmpty();
    }

    @Test
    void offlineRolesAreRenewedByTheirHolders() {
        goStrict();

        publish(online, signed(drafts().renewal(Root.TYPE), alice, bob));
        publish(online, signed(drafts().renewal(Targets.TYPE), alice, bob));
        publish(online, signed(drafts().renewal(DEFAULT), pump));

        assertThat(device.refresh().root().version()).isEqualTo(3);
        assertThat(device.target("apps/default/a.hap")).isPresent();
    }

    @Test
    void aStrangersSignatureAndAnotherDraftAreRefused() {
        Draft draft = drafts().delegation("acme", holders(1, carol)).get(1);

        assertThatThrownBy(() -> draft.withSignature(bob)).isInstanceOf(TrustException.NotAllowed.class);
        assertThatThrownBy(() -> draft.withSignaturesOf(
                        drafts().delegation("other", holders(1, carol)).get(1)))
                .isInstanceOf(TrustException.Malformed.class);
        Draft tampered = Draft.parse(new String(signed(draft, carol).file(), StandardCharsets.UTF_8)
                .replace("2027", "2037")
                .getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> draft.withSignaturesOf(tampered)).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void signaturesGivenOnTwoMachinesCountTogether() {
        Draft draft = drafts().rotation(Optional.of(holders(2, alice, bob)), Optional.empty(), Map.of())
                .get(0);

        Draft merged = draft.withSignaturesOf(signed(draft, alice))
                .withSignaturesOf(signed(draft, bob))
                .withSignaturesOf(signed(draft, starter.signer(KeyNames.ROOT)));

        assertThat(merged.isComplete()).isTrue();
    }

    @Test
    void anOnlineKeyBecomesNoPublisher() {
        Signer policy = starter.signer(KeyNames.POLICY);

        assertThatThrownBy(() -> drafts().delegation("acme", holders(1, policy)))
                .isInstanceOf(TrustException.NotAllowed.class);
        assertThatThrownBy(() -> holders(2, alice)).hasMessageContaining("threshold of 1 to 1");
        assertThatThrownBy(() -> holders(2, alice, alice)).hasMessageContaining("twice");
    }

    @Test
    void theDirectorsRootIsRotatedTheSameWay() {
        Director director = Director.create(starter, Validity.DEFAULT, NOW);
        Draft draft = Drafts.directorRoot(director, Optional.of(holders(2, alice, bob)), Validity.DEFAULT, NOW);

        Director strict = Director.of(director.root(), online)
                .withSignedRoot(signed(draft, starter.signer(KeyNames.DIRECTOR_ROOT), alice, bob)
                        .document());

        assertThat(strict.status().threshold()).isEqualTo(2);
        assertThat(Signed.root(strict.root()).version()).isEqualTo(2);
        assertThatThrownBy(() -> strict.withSignedRoot(draft.document())).isInstanceOf(TrustException.class);
    }
}
