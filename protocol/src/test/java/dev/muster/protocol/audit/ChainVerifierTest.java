package dev.muster.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.audit.Finding.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainVerifierTest {
    private static final Instant AT = Instant.parse("2026-11-22T08:00:00Z");

    private final List<Finding> findings = new ArrayList<>();

    @Test
    void anUntouchedChainIsSound() {
        walk(chain(5));

        assertThat(findings).isEmpty();
    }

    @Test
    void anAlteredRowIsNamedAloneWhateverMemberItWas() {
        List<ExportedRow> chain = chain(5);
        AuditRow row = chain.get(2).row();
        for (AuditRow altered : List.of(
                new AuditRow("b", 3, row.at(), "a", "n", "v", "o", row.detail(), "done"),
                new AuditRow("a", 3, row.at().plusMillis(1), "a", "n", "v", "o", row.detail(), "done"),
                new AuditRow("a", 3, row.at(), "b", "n", "v", "o", row.detail(), "done"),
                new AuditRow("a", 3, row.at(), "a", "m", "v", "o", row.detail(), "done"),
                new AuditRow("a", 3, row.at(), "a", "n", "w", "o", row.detail(), "done"),
                new AuditRow("a", 3, row.at(), "a", "n", "v", "p", row.detail(), "done"),
                new AuditRow("a", 3, row.at(), "a", "n", "v", "o", Map.of("n", "3"), "done"),
                new AuditRow("a", 3, row.at(), "a", "n", "v", "o", row.detail(), "refused"))) {
            findings.clear();
            List<ExportedRow> tampered = new ArrayList<>(chain);
            tampered.set(2, new ExportedRow(altered, chain.get(2).seal()));

            walk(tampered);

            assertThat(named()).as(altered.toString()).containsExactly("ALTERED 3 3");
        }
    }

    @Test
    void anAlteredRowWithAMatchingHashOfItsOwnIsNamedByItsSeal() {
        List<ExportedRow> chain = chain(5);
        AuditRow other = row(3, AT, "other");
        Seal seal = chain.get(2).seal().orElseThrow();
        chain.set(
                2,
                new ExportedRow(
                        other,
                        Optional.of(new Seal(3, 3, seal.sealedAt(), other.hash(), seal.previous(), seal.hash()))));

        walk(chain);

        assertThat(named()).containsExactly("ALTERED 3 3");
    }

    @Test
    void aRowWhoseSealWasMadeAnewIsNamedByTheNextOne() {
        List<ExportedRow> chain = chain(5);
        Seal seal = chain.get(2).seal().orElseThrow();
        AuditRow other = row(3, AT, "other");
        chain.set(2, new ExportedRow(other, Optional.of(Seal.next(3, seal.previous(), other, seal.sealedAt()))));

        walk(chain);

        assertThat(named()).containsExactly("REWRITTEN 4 4");
    }

    @Test
    void aRowThatIsGoneIsNamedByItsSealAndASealByItsGap() {
        List<ExportedRow> chain = chain(6);
        ChainVerifier verifier = ChainVerifier.whole(findings::add);
        for (ExportedRow one : chain) {
            if (one.row().id() != 4) {
                verifier.next(
                        one.seal().orElseThrow(), one.row().id() == 2 ? Optional.empty() : Optional.of(one.row()));
            }
        }
        verifier.end();

        assertThat(named()).containsExactly("REMOVED 2 2", "REMOVED 4 0");
    }

    @Test
    void theFirstRowsCannotBeLeftOut() {
        walk(chain(5).subList(2, 5));

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.REMOVED);
            assertThat(finding.text()).isEqualTo("the seals at positions 1 to 2 are gone");
        });
    }

    @Test
    void aChainThatBeginsAnewAfterARemovedBeginningIsNamed() {
        List<ExportedRow> chain = chain(5);
        List<ExportedRow> anew = new ArrayList<>();
        for (ExportedRow one : chain.subList(2, 5)) {
            Seal seal = one.seal().orElseThrow();
            anew.add(new ExportedRow(
                    one.row(),
                    Optional.of(Seal.next(seal.position() - 2, seal.previous(), one.row(), seal.sealedAt()))));
        }

        walk(anew);

        assertThat(named()).contains("REWRITTEN 1 3");
    }

    @Test
    void rowsThatChangedPlacesAreNamedWithThePlaceTheyHad() {
        List<ExportedRow> chain = chain(6);
        ExportedRow second = chain.get(1);
        ExportedRow fifth = chain.get(4);
        chain.set(1, at(2, fifth));
        chain.set(4, at(5, second));

        walk(chain);

        assertThat(named()).containsExactly("REORDERED 2 5", "REORDERED 5 2");
        assertThat(findings.getFirst().text()).isEqualTo("row 5 stands at position 2, it was sealed at position 5");
    }

    @Test
    void aRowPutInBetweenIsNamedWhereItBreaksTheChain() {
        List<ExportedRow> chain = chain(4);
        AuditRow forged = row(99, AT, "forged");
        List<ExportedRow> tampered = new ArrayList<>(chain.subList(0, 2));
        Digest previous = chain.get(1).seal().orElseThrow().hash();
        tampered.add(new ExportedRow(forged, Optional.of(Seal.next(3, previous, forged, AT))));
        tampered.add(at(4, chain.get(2)));
        tampered.add(at(5, chain.get(3)));

        walk(tampered);

        assertThat(named()).containsExactly("REORDERED 4 3", "REORDERED 5 4");
    }

    @Test
    void aChainThatLostItsEndIsSoundAloneAndNotBesideACheckpoint() {
        List<ExportedRow> chain = chain(5);
        Checkpoint known = checkpoint(5, chain.get(4).seal().orElseThrow().hash());

        walk(chain.subList(0, 3));
        assertThat(findings).isEmpty();

        walk(chain.subList(0, 3), known);
        assertThat(named()).containsExactly("REMOVED 5 0");
    }

    @Test
    void aChainThatWasMadeAnewIsSoundAloneAndNotBesideACheckpoint() {
        Checkpoint known = checkpoint(4, chain(5).get(3).seal().orElseThrow().hash());
        List<ExportedRow> anew = chain("somebody else", 5);

        walk(anew);
        assertThat(findings).isEmpty();

        walk(anew, known);
        assertThat(named()).containsExactly("REWRITTEN 4 4");
    }

    @Test
    void aRowThatSaysAnEarlierTimeThanRowsBeforeItIsNamedButALateCommitIsNot() {
        List<ExportedRow> chain = new ArrayList<>();
        add(chain, row(1, AT, "n"), AT.plusSeconds(1));
        add(chain, row(3, AT.plus(ChainVerifier.LATEST_COMMIT), "n"), AT.plus(Duration.ofMinutes(11)));
        add(chain, row(2, AT, "n"), AT.plus(Duration.ofMinutes(11)));
        add(chain, row(4, AT.minusSeconds(1), "n"), AT.plus(Duration.ofMinutes(12)));

        walk(chain);

        assertThat(named()).containsExactly("BACKDATED 4 4");
    }

    @Test
    void aRowOfAClockThatWasAheadDoesNotMakeLaterOnesLookOld() {
        List<ExportedRow> chain = new ArrayList<>();
        add(chain, row(1, AT.plus(Duration.ofDays(1)), "n"), AT.plusSeconds(1));
        add(chain, row(2, AT.plusSeconds(5), "n"), AT.plusSeconds(6));

        walk(chain);

        assertThat(findings).isEmpty();
    }

    @Test
    void rowsPickedOutOfAChainAreCheckedWithoutMissingTheOthers() {
        List<ExportedRow> chain = chain(6);
        chain.set(3, new ExportedRow(row(4, AT, "other"), chain.get(3).seal()));
        ChainVerifier verifier = ChainVerifier.partial(findings::add);

        for (int index : List.of(1, 3, 4)) {
            ExportedRow one = chain.get(index);
            verifier.next(one.seal().orElseThrow(), Optional.of(one.row()));
        }
        verifier.end();

        assertThat(named()).containsExactly("ALTERED 4 4");
    }

    private void walk(List<ExportedRow> chain, Checkpoint... known) {
        ChainVerifier verifier = ChainVerifier.whole(findings::add);
        for (Checkpoint one : known) {
            verifier.compareWith(one);
        }
        chain.forEach(one -> verifier.next(one.seal().orElseThrow(), Optional.of(one.row())));
        verifier.end();
    }

    private List<String> named() {
        return findings.stream()
                .map(finding -> finding.kind() + " " + finding.position() + " " + finding.row())
                .toList();
    }

    private static List<ExportedRow> chain(int rows) {
        return chain("n", rows);
    }

    private static List<ExportedRow> chain(String name, int rows) {
        List<ExportedRow> chain = new ArrayList<>();
        for (int id = 1; id <= rows; id++) {
            add(chain, row(id, AT.plusSeconds(id), name), AT.plusSeconds(id + 1));
        }
        return chain;
    }

    private static void add(List<ExportedRow> chain, AuditRow row, Instant sealedAt) {
        Digest previous = chain.isEmpty()
                ? Digest.ZERO
                : chain.getLast().seal().orElseThrow().hash();
        chain.add(new ExportedRow(row, Optional.of(Seal.next(chain.size() + 1L, previous, row, sealedAt))));
    }

    private static AuditRow row(long id, Instant at, String name) {
        return new AuditRow("a", id, at, "a", name, "v", "o", Map.of("n", id), "done");
    }

    private static ExportedRow at(long position, ExportedRow one) {
        Seal seal = one.seal().orElseThrow();
        return new ExportedRow(
                one.row(),
                Optional.of(
                        new Seal(position, seal.row(), seal.sealedAt(), seal.rowHash(), seal.previous(), seal.hash())));
    }

    private static Checkpoint checkpoint(long position, Digest hash) {
        return new Checkpoint("a", position, hash, AT, "key", "public");
    }
}
