package dev.muster.trust.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.metadata.DelegatedRole;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Targets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Delegations are searched in pre-order, depth first (TUF specification 5.6.7). */
class DelegationSearchTest {
    private final SimulatedRepository repository = new SimulatedRepository();
    private final MemoryTrustStore store = new MemoryTrustStore();
    private final Updater updater = new Updater(repository, store, () -> SimulatedRepository.NOW, Limits.DEFAULT);

    private List<String> visited(String path) {
        repository.publishNext(Targets.TYPE);
        updater.initialise(repository.root(1));
        updater.refresh();
        repository.requests.clear();
        updater.target(path);
        return repository.requests.stream()
                .map(file -> file.replaceAll("^\\d+\\.|\\.json$", ""))
                .toList();
    }

    @Test
    void childrenComeBeforeSiblings() {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        repository.delegate("a", "c", false, "*");
        repository.delegate("a", "d", false, "*");

        assertThat(visited("missing")).containsExactly("a", "c", "d", "b");
    }

    @Test
    void aTerminatingRoleEndsTheSearchOutsideItself() {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        repository.delegate("a", "c", true, "*");
        repository.delegate("a", "d", false, "*");
        repository.delegate("c", "e", false, "*");

        assertThat(visited("missing")).containsExactly("a", "c", "e");
    }

    @Test
    void aCycleIsWalkedOnce() {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("a", "b", false, "*");
        repository.delegate("b", "a", false, "*");

        assertThat(visited("missing")).containsExactly("a", "b");
    }

    @Test
    void rolesThatDoNotCoverThePathAreNotAsked() {
        repository.delegate("targets", "a", false, "*.py");
        repository.delegate("targets", "b", false, "releases/*/*");
        repository.delegate("b", "c", false, "releases/x/*");

        assertThat(visited("releases/y/file")).containsExactly("b");
    }

    @Test
    void aRoleOutsideItsPathsIsNotHeard() {
        repository.delegate("targets", "a", true, "apps/a/*");
        repository.target("a", "images/evil", "evil");

        assertThat(visited("images/evil")).isEmpty();
        assertThat(updater.target("images/evil")).isEmpty();
    }

    @Test
    void theFirstRoleInOrderWins() {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        repository.target("a", "file", "from a");
        repository.target("b", "file", "from b");

        assertThat(visited("file")).containsExactly("a");
        assertThat(updater.target("file").orElseThrow().role()).isEqualTo("a");
    }

    @Test
    void theNumberOfRolesIsBounded() {
        String parent = "targets";
        for (int i = 0; i < 100; i++) {
            repository.delegate(parent, "r" + i, false, "*");
            parent = "r" + i;
        }
        repository.target(parent, "file", "too deep");

        assertThat(visited("file")).hasSize(Limits.DEFAULT.maxDelegations());
    }

    @Test
    void aDelegationThatTheSnapshotDoesNotListEndsTheSearch() {
        repository.delegate("targets", "a", false, "*");
        List<DelegatedRole> delegations = Objects.requireNonNull(repository.delegations.get("targets"));
        DelegatedRole a = delegations.get(0);
        delegations.add(0, new DelegatedRole("ghost", a.keys(), List.of("*"), List.of(), false));
        repository.signers.put("ghost", repository.of("a"));

        assertThatThrownBy(() -> visited("file"))
                .isInstanceOfSatisfying(
                        TrustException.NotFound.class, e -> assertThat(e.what()).isEqualTo("ghost"));
    }

    @Test
    void aRevokedPublisherIsNotHeardThoughItsFileIsKept() {
        repository.delegate("targets", "publisher", true, "apps/*");
        repository.target("publisher", "apps/pump", "signed once");
        assertThat(visited("apps/pump")).containsExactly("publisher");
        repository.delegations.put(
                "targets",
                List.of(new DelegatedRole(
                        "publisher",
                        new RoleKeys(
                                List.of(Ed25519Signer.generate().publicKey().keyId()), 1),
                        List.of("apps/*"),
                        List.of(),
                        true)));
        repository.publishNext(Targets.TYPE);
        updater.refresh();

        assertThatThrownBy(() -> updater.target("apps/pump"))
                .isInstanceOfSatisfying(TrustException.Threshold.class, e -> assertThat(e.role())
                        .isEqualTo("publisher"));
    }

    @Test
    void aRoleNameNeverLeavesTheStoreOrTheRepository() {
        repository.delegate("targets", "../../etc/passwd", false, "*");

        assertThat(visited("missing")).containsExactly("..%2F..%2Fetc%2Fpasswd");
    }

    @Test
    void anExpiredDelegatedRoleIsNotUsed() {
        repository.delegate("targets", "a", false, "*");
        repository.target("a", "file", "old");
        repository.expiry.put("a", SimulatedRepository.NOW.minusSeconds(1));

        assertThatThrownBy(() -> visited("file")).isInstanceOf(TrustException.Expired.class);
        assertThat(store.files).doesNotContainKey("a");
    }
}
