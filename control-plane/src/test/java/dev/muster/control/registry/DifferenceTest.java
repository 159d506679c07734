package dev.muster.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.reported.StoredReport;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.TargetCondition;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DifferenceTest {
    private static final Instant NOW = Instant.parse("2026-11-26T03:00:00Z");
    private static final String WANTED = "a".repeat(64);
    private static final String OTHER = "b".repeat(64);

    @Test
    void aDeviceThatHoldsWhatItMustBeDiffersInNothing() {
        Difference difference =
                of("d", desired(image()), report(7, condition("image", ConditionState.COMMITTED, "2.0.0", WANTED)));

        assertThat(difference.differs()).isZero();
        assertThat(difference.targets())
                .containsExactly(new Difference.Target("image", "2.0.0", "2.0.0", "committed", false, ""));
    }

    @Test
    void theSameVersionWithOtherBytesIsAnother() {
        Difference difference =
                of("d", desired(image()), report(7, condition("image", ConditionState.COMMITTED, "2.0.0", OTHER)));

        assertThat(difference.differs()).isEqualTo(1);
        assertThat(difference.targets().getFirst().reason()).startsWith("holds 2.0.0");
    }

    @Test
    void whatNobodyNamedIsLeftAlone() {
        Difference difference =
                of("d", desired(), report(7, condition("app/com.example.own", ConditionState.COMMITTED, "1", OTHER)));

        assertThat(difference.differs()).isZero();
        assertThat(difference.targets()).extracting(Difference.Target::wanted).containsOnlyNulls();
    }

    @Test
    void silenceIsToldApart() {
        assertThat(of("d", desired(image()), Optional.empty())
                        .targets()
                        .getFirst()
                        .reason())
                .isEqualTo("the device has never reported");
        assertThat(of("d", desired(image()), report(6)).targets().getFirst().reason())
                .isEqualTo("the device has not fetched this desired state yet");
        assertThat(of("d", desired(image()), report(7)).targets().getFirst().reason())
                .contains("knows of it and has not begun");
    }

    @Test
    void whatMustGoDiffersUntilItIsGone() {
        DesiredTarget gone =
                new DesiredTarget(new TargetName.App("com.example.old"), new DesiredContent.Absent(), "rollout/x");

        assertThat(of("d", desired(gone), report(7)).differs()).isZero();
        assertThat(of(
                                "d",
                                desired(gone),
                                report(7, condition("app/com.example.old", ConditionState.COMMITTED, "3", OTHER)))
                        .targets())
                .first()
                .returns("absent", Difference.Target::wanted)
                .returns("still there, is to be removed", Difference.Target::reason);
        assertThat(of("d", desired(gone), report(7, condition("app/com.example.old", ConditionState.ABSENT, "", OTHER)))
                        .differs())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(value = ConditionState.class, mode = EnumSource.Mode.EXCLUDE, names = "COMMITTED")
    void everyOtherStateDiffersAndSaysWhy(ConditionState state) {
        Difference.Target target = of("d", desired(image()), report(7, condition("image", state, "2.0.0", WANTED)))
                .targets()
                .getFirst();

        assertThat(target.differs()).isTrue();
        assertThat(target.reason()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            FAILED      | failed: the disk is full
            ROLLED_BACK | tried, and rolled back: the disk is full
            FETCHING    | being fetched, 40 %
            """)
    void theDevicesOwnWordsAreKept(ConditionState state, String reason) {
        TargetCondition told = new TargetCondition(
                new TargetName.Image(), state, NOW, 40, "NoSpace", "the disk is full", "2.0.0", Optional.of(WANTED));

        assertThat(of("d", desired(image()), report(7, told))
                        .targets()
                        .getFirst()
                        .reason())
                .isEqualTo(reason);
    }

    @Test
    void whatIsHeldIsWhatIsInForceAndNotWhatWasTried() {
        TargetCondition tried = condition("image", ConditionState.ROLLED_BACK, "2.0.0", WANTED);
        VersionManifest manifest = new VersionManifest(
                DeviceRef.parse("default/d"),
                NOW,
                7,
                "board",
                Optional.of(new VersionManifest.InstalledImage("1.0.0", OTHER, 10, "a")),
                List.of(),
                List.of(),
                Optional.empty());

        assertThat(of("d", desired(image()), report(7, tried))
                        .targets()
                        .getFirst()
                        .held())
                .isNull();
        assertThat(Difference.of("d", desired(image()), report(7, tried), Optional.of(manifest))
                        .targets()
                        .getFirst()
                        .held())
                .isEqualTo("1.0.0");
    }

    private static Difference of(String device, DesiredState desired, Optional<StoredReport> report) {
        return Difference.of(device, desired, report, Optional.empty());
    }

    private static DesiredState desired(DesiredTarget... targets) {
        return new DesiredState(7, "board", List.of(targets));
    }

    private static DesiredTarget image() {
        return new DesiredTarget(
                new TargetName.Image(),
                new DesiredContent.Present(
                        WANTED, "images/os", 10, "2.0.0", "board", 1, Optional.empty(), Optional.empty()),
                "rollout/x");
    }

    private static Optional<StoredReport> report(long generation, TargetCondition... conditions) {
        return Optional.of(new StoredReport(generation, NOW, Arrays.asList(conditions)));
    }

    private static TargetCondition condition(String name, ConditionState state, String version, String sha256) {
        return new TargetCondition(TargetName.parse(name), state, NOW, 100, "", "", version, Optional.of(sha256));
    }
}
