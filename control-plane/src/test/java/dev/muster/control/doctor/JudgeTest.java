package dev.muster.control.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.doctor.Finding.State;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is well, what is not, and that each that is not says what to do. */
class JudgeTest {
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "P31D, OK",
        "P30D, WARNING",
        "P8D, WARNING",
        "P7D, FAILING",
        "PT1S, FAILING",
        "PT0S, FAILING",
        "-P2D, FAILING"
    })
    void whatEndsIsToldBeforeItDoes(Duration left, State state) {
        Finding found = Judge.ending(
                new Facts.Ending(
                        "certificate/x",
                        "the certificate",
                        NOW.plus(left),
                        Duration.ofDays(30),
                        Duration.ofDays(7),
                        "renew it"),
                NOW);

        assertThat(found.state()).isEqualTo(state);
        assertThat(found.found()).contains(NOW.plus(left).toString());
        assertThat(found.advice()).isEqualTo(state == State.OK ? "" : "renew it");
    }

    @Test
    void daysLeftAndDaysSinceAreTold() {
        assertThat(ending(Duration.ofDays(9)).found()).endsWith("9 days left");
        assertThat(ending(Duration.ofHours(30)).found()).endsWith("30 hours left");
        assertThat(ending(Duration.ofDays(-3)).found()).contains("ended").endsWith("3 days ago");
    }

    private static Finding ending(Duration left) {
        return Judge.ending(
                new Facts.Ending("x", "it", NOW.plus(left), Duration.ofDays(30), Duration.ofDays(7), "renew it"), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 100, OK", // MiB below: 100 GiB of 100 GiB
        "60, 1000, OK", // a small part, and plenty
        "40, 1000, WARNING",
        "3, 20, OK",
        "1, 8, WARNING",
        "0, 8, FAILING",
        "0, 0, FAILING"
    })
    void spaceIsLittleBySizeAndByShare(long freeGib, long totalGib, State state) {
        Finding found = Judge.space(new Facts.Space("disk/data", "the data directory", freeGib << 30, totalGib << 30));

        assertThat(found.state()).isEqualTo(state);
        assertThat(found.advice().isEmpty()).isEqualTo(state == State.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "300, 65536, 20000, OK",
        "300, 65536, 70000, WARNING", // more devices than connections
        "300, 1024, 0, OK",
        "300, 1000, 0, WARNING",
        "830, 1024, 0, WARNING",
        "1000, 1024, 0, FAILING",
        "0, 0, 0, UNKNOWN"
    })
    void descriptorsMustSufficeForEveryDevice(long open, long most, long devices, State state) {
        Finding found = Judge.descriptors(new Facts.Descriptors(open, most, devices));

        assertThat(found.state()).isEqualTo(state);
        assertThat(found.advice().isEmpty()).isEqualTo(state == State.OK);
    }

    @ParameterizedTest
    @CsvSource({"84, OK", "85, WARNING", "94, WARNING", "95, FAILING"})
    void memoryIsJudgedByWhatACollectionLeaves(long percent, State state) {
        assertThat(Judge.heap(new Facts.Heap(percent << 20, 100L << 20)).state())
                .isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT0S, OK",
        "PT2S, PT0S, OK",
        "-PT3S, PT0S, WARNING",
        "PT3S, PT1.5S, OK", // that may be the time it took to ask
        "PT11S, PT0.5S, FAILING",
        "-PT300S, PT0S, FAILING"
    })
    void clocksAreApartAsFarAsIsCertain(Duration ahead, Duration doubt, State state) {
        Finding found = Judge.clock(new Facts.Offset("clock/database", "PostgreSQL", ahead, doubt));

        assertThat(found.state()).isEqualTo(state);
        assertThat(found.found()).contains(ahead.isNegative() ? "behind" : "ahead of");
    }

    @ParameterizedTest
    @CsvSource({"0, PT0S, OK", "500, PT30S, OK", "1, PT2M, WARNING", "1, PT11M, FAILING"})
    void theOutboxIsJudgedByWhoWaitsLongest(long rows, Duration oldest, State state) {
        assertThat(Judge.outbox(new Facts.Waiting(rows, oldest)).state()).isEqualTo(state);
    }

    @Test
    void aGroupThatReadsTooSlowlyIsNamed() {
        assertThat(Judge.lag(new Facts.Behind("telemetry-sink", 50_000)).state())
                .isEqualTo(State.OK);
        assertThat(Judge.lag(new Facts.Behind("telemetry-sink", 50_001)))
                .returns(State.WARNING, Finding::state)
                .returns("lag/telemetry-sink", Finding::id);
    }
}
