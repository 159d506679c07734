package dev.muster.control.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.doctor.Finding.State;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Looks that fail or hang, and the order of what was found. */
class DiagnosisTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static Probe probe(String id, Callable<List<Finding>> look) {
        return new Probe(id, "the " + id, "see " + id, look);
    }

    private static List<Finding> well(String id) {
        return List.of(Finding.ok(id, "fine", "fine"));
    }

    @Test
    void aLookThatFailsIsAFindingAndTheOthersAreThere() {
        List<Finding> found = DoctorService.look(
                List.of(
                        probe("kafka", () -> {
                            throw new IllegalStateException("secret-host refused alice");
                        }),
                        probe("disk", () -> well("disk"))),
                LONG);

        assertThat(found).extracting(Finding::id).containsExactly("kafka", "disk");
        assertThat(found.getFirst()).returns(State.FAILING, Finding::state).returns("see kafka", Finding::advice);
        // A library's words stay in the log.
        assertThat(found.getFirst().found()).doesNotContain("secret-host");
    }

    @Test
    void whatTheServerItselfSaysNoToIsUnknownInItsWords() {
        List<Finding> found = DoctorService.look(
                List.of(probe("trust", () -> {
                    throw new ProblemException(ProblemCode.TRUST_NOT_READY, "no repositories yet");
                })),
                LONG);

        assertThat(found.getFirst())
                .returns(State.UNKNOWN, Finding::state)
                .returns("no repositories yet", Finding::found);
    }

    @Test
    void aLookThatHangsHoldsUpNobody() {
        CountDownLatch never = new CountDownLatch(1);

        List<Finding> found = DoctorService.look(
                List.of(
                        probe("kafka", () -> {
                            never.await();
                            return List.of();
                        }),
                        probe("disk", () -> well("disk"))),
                Duration.ofSeconds(1));

        assertThat(found.getFirst()).returns(State.FAILING, Finding::state);
        assertThat(found.getFirst().found()).contains("no answer within");
        assertThat(found.getLast()).returns("disk", Finding::id);
    }

    @Test
    void theWorstComesFirstAndIsTheStateOfAll() {
        Diagnosis diagnosis = Diagnosis.of(
                "1",
                "one",
                Instant.EPOCH,
                List.of(
                        Finding.ok("b", "", ""),
                        Finding.ok("a", "", ""),
                        new Finding("c", State.WARNING, "", "", "do"),
                        Finding.unknown("d", "", "", "do")));

        assertThat(diagnosis.state()).isEqualTo(State.WARNING);
        assertThat(diagnosis.items()).extracting(Finding::id).containsExactly("c", "d", "a", "b");
    }
}
