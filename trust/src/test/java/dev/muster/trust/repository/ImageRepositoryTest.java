package dev.muster.trust.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MemoryTrustStore;
import dev.muster.trust.client.Updater;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ImageRepositoryTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final String ROLE = KeyNames.publisher("default");
    private static final TargetFile FILE = TargetFile.ofSha256(3, "ab".repeat(32), Map.of());

    private final StarterKeys keys = StarterKeys.inMemory();
    private final MemoryStorage storage = new MemoryStorage();
    private final ImageRepository repository =
            ImageRepository.create(keys, Validity.DEFAULT, NOW).store(storage);
    private final Updater client = new Updater(storage, new MemoryTrustStore(), () -> NOW, Limits.DEFAULT);

    @Test
    void aClientFindsWhatWasPublished() {
        repository
                .withTarget(ROLE, "apps/default/pump-1.hap", FILE, keys, NOW)
                .publish(keys, NOW)
                .store(storage);
        client.initialise(repository.root());

        assertThat(client.target("apps/default/pump-1.hap"))
                .hasValueSatisfying(target -> assertThat(target.role()).isEqualTo(ROLE));
        assertThat(client.target("apps/default/other.hap")).isEmpty();
    }

    @Test
    void whatIsNotPublishedIsNotSeen() {
        ImageRepository changed = repository.withTarget(ROLE, "apps/default/pump-1.hap", FILE, keys, NOW);
        storage.written.clear();
        changed.store(storage);

        assertThat(storage.written).isEmpty();
        assertThat(changed.target("apps/default/pump-1.hap")).isPresent();
    }

    @Test
    void severalChangesAreOneVersion() {
        ImageRepository published = repository
                .withTarget(ROLE, "apps/default/a.hap", FILE, keys, NOW)
                .withTarget(ROLE, "apps/default/b.hap", FILE, keys, NOW)
                .withTarget(KeyNames.POLICY, "policy/p1.bin", FILE, keys, NOW)
                .publish(keys, NOW);

        assertThat(published.changedFiles().keySet())
                .containsExactlyInAnyOrder(
                        "2.publisher-default.json", "2.policy.json", "2.snapshot.json", "timestamp.json")
                .endsWith("2.snapshot.json", "timestamp.json");
    }

    @Test
    void itIsLoadedAsItWasStored() {
        repository
                .withTarget(ROLE, "images/default/os-2.img", FILE, keys, NOW)
                .publish(keys, NOW)
                .store(storage);

        ImageRepository loaded = ImageRepository.load(storage).orElseThrow();

        assertThat(loaded.target("images/default/os-2.img")).hasValue(FILE);
        assertThat(loaded.changedFiles()).isEmpty();
    }

    @Test
    void devicesFetchANewSnapshotOnlyForAReason() {
        Instant half = NOW.plus(Validity.DEFAULT.snapshot().dividedBy(2)).plusSeconds(1);

        assertThat(repository.publish(keys, NOW).changedFiles().keySet()).containsExactly("timestamp.json");
        assertThat(repository.publish(keys, half).changedFiles().keySet())
                .containsExactly("2.snapshot.json", "timestamp.json");
    }

    @Test
    void nothingStoredIsNoRepository() {
        assertThat(ImageRepository.load(new MemoryStorage())).isEmpty();
    }

    @Test
    void alteredStorageIsNotLoaded() {
        storage.files.computeIfPresent("1.policy.json", (name, bytes) -> new String(bytes, StandardCharsets.UTF_8)
                .replace("2027", "2037")
                .getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> ImageRepository.load(storage)).isInstanceOf(TrustException.HashMismatch.class);
    }

    @Test
    void aRoleOnlyVouchesForItsOwnPaths() {
        for (String path : List.of("images/other/os.img", "policy/p", "apps/default/sub/x", "../x", "policy")) {
            assertThatThrownBy(() -> repository.withTarget(ROLE, path, FILE, keys, NOW))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(path);
        }
        assertThatThrownBy(() -> repository.withTarget(KeyNames.POLICY, "images/default/x", FILE, keys, NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTargetThatIsTakenAwayIsGone() {
        ImageRepository published = repository
                .withTarget(ROLE, "apps/default/a.hap", FILE, keys, NOW)
                .publish(keys, NOW)
                .store(storage);

        published
                .withoutTarget("apps/default/a.hap", keys, NOW)
                .publish(keys, NOW)
                .store(storage);
        client.initialise(repository.root());

        assertThat(client.target("apps/default/a.hap")).isEmpty();
    }

    @Test
    void aRoleSignedElsewhereIsTakenOverIfItFits() {
        Targets next = new Targets(
                2, NOW.plus(Duration.ofDays(9)), Map.of("apps/default/a.hap", FILE), Delegations.NONE, Map.of());

        ImageRepository taken = repository.withSignedRole(
                ROLE, Signed.sign(next, List.of(keys.signer(ROLE))).bytes());

        assertThat(taken.target("apps/default/a.hap")).isPresent();
    }

    @Test
    void aRoleSignedElsewhereIsRefusedIfItDoesNotFit() {
        Instant expires = NOW.plus(Duration.ofDays(9));
        Targets right = new Targets(2, expires, Map.of(), Delegations.NONE, Map.of());
        Targets skipped = new Targets(3, expires, Map.of(), Delegations.NONE, Map.of());
        Targets greedy = new Targets(2, expires, Map.of("policy/x", FILE), Delegations.NONE, Map.of());

        assertThatThrownBy(() -> repository.withSignedRole(
                        ROLE,
                        Signed.sign(right, List.of(Ed25519Signer.generate())).bytes()))
                .isInstanceOf(TrustException.Threshold.class);
        assertThatThrownBy(() -> repository.withSignedRole(
                        ROLE, Signed.sign(skipped, List.of(keys.signer(ROLE))).bytes()))
                .isInstanceOf(TrustException.VersionMismatch.class);
        assertThatThrownBy(() -> repository.withSignedRole(
                        ROLE, Signed.sign(greedy, List.of(keys.signer(ROLE))).bytes()))
                .isInstanceOf(TrustException.NotAllowed.class);
    }

    @Test
    void onlineRolesAreRenewedAtHalfOfTheirLife() {
        Instant later = NOW.plus(Validity.DEFAULT.targets().dividedBy(2)).plusSeconds(1);

        assertThat(repository
                        .renew(StarterKeys.ONLINE_ROLES, keys, NOW)
                        .changedFiles()
                        .keySet())
                .containsExactly("timestamp.json");
        assertThat(repository
                        .renew(StarterKeys.ONLINE_ROLES, keys, later)
                        .changedFiles()
                        .keySet())
                .contains("2.policy.json", "2.settings.json", "2.delta.json")
                .doesNotContain("2.publisher-default.json");
    }

    @Test
    void keysThatTheRootDoesNotNameSignNothing() {
        StarterKeys lost = StarterKeys.inMemory();
        Director director = Director.create(keys, Validity.DEFAULT, NOW);
        Director other = Director.of(director.root(), lost);

        assertThatThrownBy(() -> repository.publish(lost, NOW)).isInstanceOf(TrustException.Threshold.class);
        assertThatThrownBy(() -> repository.withTarget(ROLE, "apps/default/a", FILE, lost, NOW))
                .isInstanceOf(TrustException.Threshold.class);
        assertThatThrownBy(() -> other.sign(1, Map.of(), Map.of(), NOW, Duration.ofDays(1)))
                .isInstanceOf(TrustException.Threshold.class);
    }

    @Test
    void starterModeRenewsEveryRoleAndClientsFollow() {
        Instant later = NOW.plus(Validity.DEFAULT.targets()).plusSeconds(1);
        ImageRepository renewed =
                repository.renew(StarterKeys.RENEWABLE_ROLES, keys, later).store(storage);
        Updater lateClient = new Updater(storage, new MemoryTrustStore(), () -> later, Limits.DEFAULT);
        lateClient.initialise(renewed.root());

        assertThat(lateClient.refresh().targets().version()).isEqualTo(2);
        assertThat(lateClient.target("apps/default/none")).isEmpty();
    }

    @Test
    void statusNamesEveryRole() {
        assertThat(repository.status())
                .extracting(RoleStatus::role)
                .containsExactly(
                        "root", "targets", "snapshot", "timestamp", "publisher-default", "policy", "settings", "delta");
        assertThat(repository.status())
                .allSatisfy(role -> assertThat(role.keys()).hasSize(1));
        assertThat(repository.expires()).isEqualTo(NOW.plus(Validity.DEFAULT.timestamp()));
    }

    @Test
    void theRootIsRenewedAndClientsFollow() {
        client.initialise(repository.root());
        Instant later = NOW.plus(Duration.ofDays(300));

        repository.renewRoot(keys, later).store(storage);

        assertThat(Objects.requireNonNull(storage.files.get("2.root.json"))).isEqualTo(storage.files.get("root.json"));
        assertThat(client.refresh().root().version()).isEqualTo(2);
    }
}
