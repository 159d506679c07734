package dev.muster.trust.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.Metadata;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions that go back, jump ahead or stay: with and without digests, and the way back from a jump. */
class RollbackTest {
    private final SimulatedRepository repository = new SimulatedRepository();
    private final MemoryTrustStore store = new MemoryTrustStore();
    private Instant now = SimulatedRepository.NOW;
    private final Updater updater = new Updater(repository, store, () -> now, Limits.DEFAULT);

    RollbackTest() {
        updater.initialise(repository.root(1));
    }

    private long kept(String role) {
        byte[] bytes = Objects.requireNonNull(store.files.get(role));
        Signed<? extends Metadata> signed =
                switch (role) {
                    case Timestamp.TYPE -> Signed.timestamp(bytes);
                    case Snapshot.TYPE -> Signed.snapshot(bytes);
                    case Targets.TYPE -> Signed.targets(role, bytes);
                    default -> Signed.root(bytes);
                };
        return signed.version();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSnapshotThatGoesBackIsRefusedBeforeItIsFetched(boolean withHashes) {
        repository.withHashes = withHashes;
        repository.publishNext();
        updater.refresh();
        repository.versions.put(Snapshot.TYPE, 1L);
        repository.bump(Timestamp.TYPE);
        repository.publish();
        repository.requests.clear();

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Rollback.class);
        assertThat(repository.requests).endsWith("timestamp.json");
        assertThat(kept(Timestamp.TYPE)).isEqualTo(2);
        assertThat(kept(Snapshot.TYPE)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void targetsThatGoBackAreRefusedAndTheSnapshotWithThem(boolean withHashes) {
        repository.withHashes = withHashes;
        repository.publishNext(Targets.TYPE);
        updater.refresh();
        repository.versions.put(Targets.TYPE, 1L);
        repository.publishNext();

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Rollback.class);
        assertThat(kept(Snapshot.TYPE)).isEqualTo(2);
        assertThat(kept(Targets.TYPE)).isEqualTo(2);
    }

    @Test
    void theTargetsRoleCannotBeTakenOutOfTheSnapshot() {
        updater.refresh();
        repository.bump(Snapshot.TYPE, Timestamp.TYPE);
        repository.publish(new Snapshot(2, now.plusSeconds(60), Map.of("other", MetaFile.ofVersion(1))));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.NotFound.class);
        assertThat(kept(Snapshot.TYPE)).isEqualTo(1);
    }

    @Test
    void aSnapshotBehindTheTimestampsBackChangesNothing() {
        repository.publishNext();
        updater.refresh();
        byte[] timestamp = Objects.requireNonNull(repository.files.get("timestamp.json"));
        repository.versions.put(Snapshot.TYPE, 1L);
        repository.publish();
        repository.files.put("timestamp.json", timestamp);

        updater.refresh();

        assertThat(kept(Snapshot.TYPE)).isEqualTo(2);
    }

    @Test
    void newTargetsThatNoSnapshotNamesAreNotFetched() {
        updater.refresh();
        repository.bump(Targets.TYPE);
        repository.put(Targets.TYPE, repository.targetsOf(Targets.TYPE));
        repository.requests.clear();

        updater.refresh();

        assertThat(repository.requests).endsWith("timestamp.json");
        assertThat(kept(Targets.TYPE)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"timestamp,timestamp", "snapshot,timestamp snapshot", "targets,snapshot"})
    void newKeysLeadBackFromAFastForward(String attacked, String rotated) {
        repository.versions.put(attacked, 99_999L);
        repository.publishNext();
        updater.refresh();
        assertThat(kept(attacked)).isGreaterThanOrEqualTo(99_999L);
        for (String role : rotated.split(" ", -1)) {
            repository.rotate(role);
        }
        repository.versions.put(attacked, 2L);
        if (!attacked.equals(Timestamp.TYPE)) {
            repository.bump(Timestamp.TYPE);
        }
        if (attacked.equals(Targets.TYPE)) {
            repository.bump(Snapshot.TYPE);
        }
        repository.publish();

        updater.refresh();

        assertThat(kept(attacked)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void withoutNewKeysThereIsNoWayBackFromAFastForward(String attacked) {
        repository.versions.put(attacked, 99_999L);
        repository.publishNext();
        updater.refresh();
        repository.versions.put(attacked, 2L);
        if (!attacked.equals(Timestamp.TYPE)) {
            repository.bump(Timestamp.TYPE);
        }
        if (attacked.equals(Targets.TYPE)) {
            repository.bump(Snapshot.TYPE);
        }
        repository.publish();

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Rollback.class);
    }

    @ParameterizedTest
    @CsvSource({"timestamp.json,root", "2.snapshot.json,timestamp", "2.targets.json,snapshot"})
    void aFileThatIsMissingStopsWhereItIsMissing(String file, String lastKept) {
        repository.publishNext(Targets.TYPE);
        repository.files.remove(file);

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.NotFound.class);
        assertThat(store.files).containsKey(lastKept).doesNotContainKey(file.replaceAll("^\\d\\.|\\.json$", ""));
    }

    @ParameterizedTest
    @CsvSource({"2.snapshot.json,timestamp", "2.targets.json,snapshot"})
    void aDigestThatDoesNotFitStopsWhereItDoesNot(String file, String lastKept) {
        repository.publishNext(Targets.TYPE);
        // White space is no part of what is signed, so nothing but the digest tells.
        repository.tamper(file, text -> " " + text.substring(0, text.length() - 1) + "}");
        repository.tamper(file, text -> text.substring(1).replaceFirst(":", ": "));

        assertThatThrownBy(updater::refresh)
                .isInstanceOfAny(TrustException.HashMismatch.class, TrustException.Length.class);
        assertThat(store.files).containsKey(lastKept).doesNotContainKey(file.replaceAll("^\\d\\.|\\.json$", ""));
    }

    @Test
    void bytesAreKeptAsTheyCame() {
        repository.withHashes = false;
        repository.publish();
        for (String file : List.of("timestamp.json", "1.snapshot.json", "1.targets.json")) {
            repository.tamper(file, text -> text.replaceFirst("\"signed\":", "\n  \"signed\" :\t"));
        }

        updater.refresh();

        assertThat(new String(Objects.requireNonNull(store.files.get("targets")), StandardCharsets.UTF_8))
                .contains("\n  \"signed\" :\t");
        assertThat(store.files.get("snapshot")).isEqualTo(repository.files.get("1.snapshot.json"));
        assertThat(store.files.get("timestamp")).isEqualTo(repository.files.get("timestamp.json"));
    }

    @Test
    void anExpiredAnchorLeadsToTheRootOfToday() {
        now = now.plus(Duration.ofDays(30));
        for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
            repository.expiry.put(role, now.plus(Duration.ofDays(10)));
        }
        repository.bump("root");
        repository.publishRoot();
        repository.publish();

        assertThat(updater.refresh().root().version()).isEqualTo(2);
    }

    // ---- clocks

    @Test
    void aClockSetBackDoesNotMakeOldMetadataNew() {
        repository.publishNext(Targets.TYPE);
        updater.refresh();
        now = Instant.EPOCH;
        for (String role : List.of(Timestamp.TYPE, Snapshot.TYPE, Targets.TYPE)) {
            repository.versions.put(role, 1L);
        }
        repository.publish();

        // Without a clock expiry says nothing; versions still do.
        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Rollback.class);
    }

    @Test
    void oneUpdateHasOneTime() {
        int[] asked = {0};
        Updater counting = new Updater(
                repository,
                new MemoryTrustStore(),
                () -> {
                    asked[0]++;
                    return now;
                },
                Limits.DEFAULT);
        counting.initialise(repository.root(1));

        counting.refresh();
        counting.target("missing");

        assertThat(asked[0]).isEqualTo(1);
    }
}
