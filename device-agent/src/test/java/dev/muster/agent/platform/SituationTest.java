package dev.muster.agent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.condition.Situation;
import dev.muster.policy.model.Zone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SituationTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    @TempDir
    Path root;

    private long nanos = 1;

    @Test
    void whatNobodyTellsIsNotThere() {
        Situation situation = file().at(NOW);

        assertThat(situation).isEqualTo(Situation.at(NOW));
        assertThat(file().clockSet()).isEmpty();
        assertThat(file().problem()).isEmpty();
    }

    @Test
    void readsWhatTheSiteTellsAndReadsAgainWhenItChanges() throws IOException {
        SituationFile file = file();
        write("""
                {"position":{"latitude":51.5,"longitude":7},"locationTags":["gate-3"],"groups":["shift-a"],
                 "states":["docked"],"network":"plant","clockSet":false}""");

        Situation situation = file.at(NOW);

        assertThat(situation.position()).contains(new Zone.Point(51.5, 7));
        assertThat(situation.locationTags()).containsExactly("gate-3");
        assertThat(situation.groups()).containsExactly("shift-a");
        assertThat(situation.states()).containsExactly("docked");
        assertThat(situation.network()).contains("plant");
        assertThat(situation.now()).isEqualTo(NOW);
        assertThat(file.clockSet()).contains(false);

        write("{\"network\":\"other\"}");
        assertThat(file.at(NOW).network()).contains("other");
        assertThat(file.at(NOW).states()).isEmpty();
    }

    @Test
    void readsWhatTheDeviceRunsOn() throws IOException {
        assertThat(file().power(NOW)).isEmpty();
        write("{\"power\":{\"source\":\"battery\",\"percent\":17},\"validUntil\":\"2026-11-22T08:05:00Z\"}");

        assertThat(file().power(NOW)).contains(Power.battery(Optional.of(17)));
        assertThat(file().power(NOW.plusSeconds(300))).isEmpty();
        write("{\"power\":{\"source\":\"mains\"}}");
        assertThat(file().power(NOW)).contains(Power.MAINS);
    }

    @Test
    void seesAChangeThatLeavesSizeAndTimeAsTheyWere() throws IOException {
        SituationFile file = file();
        write("{\"network\":\"one\"}");
        FileTime time = Files.getLastModifiedTime(path());
        assertThat(file.at(NOW).network()).contains("one");

        write("{\"network\":\"two\"}");
        Files.setLastModifiedTime(path(), time);

        assertThat(file.at(NOW).network()).contains("two");
    }

    @Test
    void whatIsNoLongerValidIsNotThere() throws IOException {
        write("{\"states\":[\"docked\"],\"validUntil\":\"2026-11-22T08:05:00Z\"}");

        assertThat(file().at(NOW).states()).containsExactly("docked");
        assertThat(file().at(NOW.plusSeconds(300)).states()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "{\"power\":{\"source\":\"sun\"}}",
                "{\"power\":{\"source\":\"battery\",\"percent\":101}}",
                "[]",
                "{\"states\":\"docked\"}",
                "{\"states\":[\"docked\"],\"position\":{\"latitude\":91,\"longitude\":0}}",
                "{\"states\":[\"docked\"],\"position\":{\"latitude\":1}}",
                "{\"states\":[\"docked\",\"\"]}",
                "{\"states\":[\"docked\"],\"validUntil\":\"tomorrow\"}"
            })
    void aFileThatCannotBeReadSaysNothingAndIsNamed(String text) throws IOException {
        write(text);

        assertThat(file().at(NOW)).isEqualTo(Situation.at(NOW));
        assertThat(file().problem()).isPresent();
    }

    @Test
    void linuxAddsItsNetworkAndItsBattery() throws IOException {
        put("proc/net/route", """
                Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
                wlan0 00000000 0101A8C0 0003 0 0 600 00000000 0 0 0
                eth0  00000000 0101A8C0 0003 0 0 100 00000000 0 0 0
                eth0  0001A8C0 00000000 0001 0 0 0   00FFFFFF 0 0 0
                """);
        put("sys/class/power_supply/BAT0/type", "Battery\n");
        put("sys/class/power_supply/BAT0/status", "Discharging\n");
        write("{\"states\":[\"docked\"]}");
        LinuxSituation linux = linux();

        Situation situation = linux.at(NOW);

        assertThat(situation.network()).contains("eth0");
        assertThat(situation.states()).containsExactly("docked", "on-battery");
        put("sys/class/power_supply/BAT0/status", "Charging\n");
        write("{\"network\":\"plant\"}");
        nanos += 10_000_000_000L;
        assertThat(linux.at(NOW).states()).containsExactly("charging");
        assertThat(linux.at(NOW).network()).contains("plant");
    }

    @Test
    void aBoardWithoutAnyEvidenceHasNoSetClock() throws IOException {
        put("proc/device-tree/model", "a board");
        assertThat(linux().clockIsSet()).isFalse();

        put("sys/class/rtc/rtc0/since_epoch", "17\n");
        assertThat(linux().clockIsSet())
                .as("a clock with a flat battery vouches for nothing")
                .isFalse();

        put("sys/class/rtc/rtc0/since_epoch", Long.toString(NOW.getEpochSecond() + 60));
        assertThat(linux().clockIsSet()).isTrue();
    }

    @Test
    void aSynchronisedClockIsSetUnlessTheSiteSaysOtherwise() throws IOException {
        put("proc/device-tree/model", "a board");
        put("run/systemd/timesync/synchronized", "");
        assertThat(linux().clockIsSet()).isTrue();

        write("{\"clockSet\":false}");
        assertThat(linux().clockIsSet()).isFalse();
    }

    @Test
    void aContainerSharesTheClockOfItsHost() {
        assertThat(linux().clockIsSet()).isTrue();
    }

    private SituationFile file() {
        return new SituationFile(path(), () -> nanos);
    }

    private LinuxSituation linux() {
        return new LinuxSituation(root, path(), () -> NOW, () -> nanos);
    }

    private Path path() {
        return root.resolve("situation.json");
    }

    private void write(String text) throws IOException {
        Files.writeString(path(), text);
    }

    private void put(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }
}
