package dev.muster.trust.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.metadata.DelegatedRole;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shapes of delegation graphs, names of roles, and files kept from an earlier delegator (specification 5.6.7). */
class DelegationGraphTest {
    private final SimulatedRepository repository = new SimulatedRepository();
    private final MemoryTrustStore store = new MemoryTrustStore();
    private Instant now = SimulatedRepository.NOW;
    private final Updater updater = new Updater(repository, store, () -> now, Limits.DEFAULT);

    /** Edges as {@code delegator>role}, with {@code !} if terminating and {@code :pattern} if not for every path. */
    private void delegate(String edges) {
        for (String edge : edges.split(" ", -1)) {
            String[] parts = edge.split(":", -1);
            String[] roles = parts[0].replace("!", "").split(">", -1);
            repository.delegate(
                    roles[0].equals("T") ? Targets.TYPE : roles[0],
                    roles[1],
                    parts[0].endsWith("!"),
                    parts.length > 1 ? parts[1].split(",", -1) : new String[] {"*"});
        }
    }

    private List<String> asked(String path) {
        repository.requests.clear();
        try {
            updater.target(path);
        } catch (TrustException e) {
            throw new AssertionError("the search failed", e);
        }
        return repository.requests.stream()
                .map(file -> file.replaceAll("^\\d+\\.|\\.json$", ""))
                .toList();
    }

    private void open() {
        repository.publishNext(Targets.TYPE);
        updater.initialise(repository.root(1));
        updater.refresh();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "one role; T>A; A",
                "two roles of one level; T>A T>B; A B",
                "two levels; T>A T>B B>C; A B C",
                "children before siblings on two levels; T>A T>B A>C A>D; A C D B",
                "children before siblings on three levels; T>A T>B A>C C>D; A C D B",
                "terminating on two levels; T>A T>B A>C! A>D; A C",
                "terminating on three levels; T>A T>B A>C! C>D; A C D",
                "a branch that does not match on two levels; T>A:*.py T>B A>C; B",
                "a branch that does not match on three levels; T>A T>B A>C:*.py C>D; A B",
                "a cycle; T>A T>B B>C C>D D>B; A B C D",
                "two roles that delegate to a third; T>A T>B B>C A>C; A C B",
                "two roles that delegate different paths to a third; T>A T>B B>C A>C:*.py; A B C",
            })
    void rolesAreAskedInPreOrder(String shape, String edges, String visited) {
        delegate(edges);
        open();

        assertThat(asked("missingpath")).containsExactly(visited.split(" ", -1));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "targetfile,targets,''",
        "README.md,A,A",
        "releases/x/x_v1,C,B C",
        "releases/y/y_v1.zip,D,B D",
        "releases/z/z_v1.zip,,B",
    })
    void aTargetIsFoundOnlyOverDelegationsThatAllCoverIt(String path, String role, String visited) {
        delegate("T>A:*.doc,*.md T>B:releases/*/* B>C:releases/x/* B>D:releases/y/*.zip");
        repository.target("targets", "targetfile", "by targets");
        repository.target("A", "README.md", "by A");
        repository.target("C", "releases/x/x_v1", "by C");
        repository.target("D", "releases/y/y_v1.zip", "by D");
        repository.target("D", "releases/z/z_v1.zip", "by D, which may not");
        open();

        assertThat(asked(path))
                .containsExactlyElementsOf(visited.isEmpty() ? List.of() : List.of(visited.split(" ", -1)));
        assertThat(updater.target(path).map(ResolvedTarget::role)).isEqualTo(Optional.ofNullable(role));
    }

    @ParameterizedTest
    @CsvSource({"?,%3F", "#,%23", "/delegatedrole,%2Fdelegatedrole", "../delegatedrole,..%2Fdelegatedrole"})
    void anUnusualRoleNameIsQuotedInAddressAndFile(String role, String quoted, @TempDir Path directory)
            throws Exception {
        repository.delegate("targets", role, false, "*");
        repository.publishNext(Targets.TYPE);
        Updater onDisk = new Updater(
                repository, new DirectoryTrustStore(directory.resolve("metadata")), () -> now, Limits.DEFAULT);
        onDisk.initialise(repository.root(1));

        onDisk.target("missing");

        assertThat(repository.requests).endsWith("1." + quoted + ".json");
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> directory.relativize(file).toString()))
                    .containsExactlyInAnyOrder(
                            "metadata/root.json",
                            "metadata/timestamp.json",
                            "metadata/snapshot.json",
                            "metadata/targets.json",
                            "metadata/" + quoted + ".json");
        }
    }

    @Test
    void aKeptRoleIsJudgedByTheDelegatorThatAsksNow() {
        delegate("T>A:a/* A>C T>B:b/* B>C");
        repository.target("C", "a/x", "content");
        repository.target("C", "b/x", "content");
        // B knows another key for C than A does.
        List<DelegatedRole> ofB = Objects.requireNonNull(repository.delegations.get("B"));
        String stranger = Ed25519Signer.generate().publicKey().keyId();
        ofB.set(0, new DelegatedRole("C", new RoleKeys(List.of(stranger), 1), List.of("*/*"), List.of(), false));
        List<DelegatedRole> ofA = Objects.requireNonNull(repository.delegations.get("A"));
        ofA.set(0, new DelegatedRole("C", ofA.get(0).keys(), List.of("*/*"), List.of(), false));
        open();

        assertThat(updater.target("a/x")).isPresent();
        assertThatThrownBy(() -> updater.target("b/x"))
                .isInstanceOfSatisfying(TrustException.Threshold.class, e -> assertThat(e.role())
                        .isEqualTo("C"));
    }

    @Test
    void aRoleThatTheSnapshotLeavesOutIsNotFetched() {
        delegate("T>A");
        repository.publishNext(Targets.TYPE);
        repository.bump("snapshot", "timestamp");
        repository.publish(new Snapshot(
                repository.version("snapshot"),
                now.plusSeconds(60),
                Map.of("targets", MetaFile.ofVersion(repository.version("targets")))));
        updater.initialise(repository.root(1));
        updater.refresh();
        repository.requests.clear();

        assertThatThrownBy(() -> updater.target("missing")).isInstanceOf(TrustException.NotFound.class);
        assertThat(repository.requests).isEmpty();
    }

    @Test
    void aKeptRoleThatExpiredIsNotUsedAndANewerOneIs() {
        delegate("T>A");
        repository.target("A", "file", "first");
        for (String role : List.of("targets", "snapshot", "timestamp", "root")) {
            repository.expiry.put(role, now.plus(Duration.ofDays(100)));
        }
        repository.bump("root");
        repository.publishRoot();
        open();
        assertThat(updater.target("file")).isPresent();
        now = now.plus(Duration.ofDays(18));
        updater.refresh();

        assertThatThrownBy(() -> updater.target("file"))
                .isInstanceOfSatisfying(
                        TrustException.Expired.class, e -> assertThat(e.role()).isEqualTo("A"));

        repository.expiry.put("A", now.plus(Duration.ofDays(3)));
        repository.publishNext("A");
        updater.refresh();
        assertThat(updater.target("file")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void delegatedFilesAreFetchedByVersionOnlyInConsistentSnapshots(boolean consistent) {
        repository.consistent = consistent;
        repository.bump("root");
        repository.publishRoot();
        delegate("T>A");
        open();

        repository.requests.clear();
        updater.target("missing");

        assertThat(repository.requests).containsExactly(consistent ? "1.A.json" : "A.json");
    }
}
