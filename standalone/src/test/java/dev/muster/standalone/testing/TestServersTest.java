package dev.muster.standalone.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the switch of tests means. */
class TestServersTest {
    private static Optional<String> none() {
        return Optional.empty();
    }

    private static Optional<String> noEngine() {
        return Optional.of("no container engine answers");
    }

    @Test
    void processesNeedNoEngineAndAskForNone() {
        assertThat(TestServers.chosen("processes", () -> {
                    throw new AssertionError("an engine was asked for");
                }))
                .isInstanceOf(ProcessServers.class);
    }

    @Test
    void containersAreNeverReplacedByProcessesInSilence() {
        assertThat(TestServers.chosen("containers", TestServersTest::none)).isInstanceOf(ContainerServers.class);
        assertThatThrownBy(() -> TestServers.chosen("containers", TestServersTest::noEngine))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no container engine answers")
                .hasMessageContaining("./muster test --containers");
    }

    @Test
    void autoTakesContainersOnlyWhereNothingIsInTheWay() {
        assertThat(TestServers.chosen("auto", TestServersTest::none)).isInstanceOf(ContainerServers.class);
        assertThat(TestServers.chosen("auto", TestServersTest::noEngine)).isInstanceOf(ProcessServers.class);
    }

    @Test
    void anotherWordIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> TestServers.chosen("docker", TestServersTest::none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected `processes`, `containers` or `auto` for `muster.test.servers`, found `docker`");
    }

    @Test
    void anImageOfOurOwnNameIsNeverPulled() {
        TestImage ours = TestImage.of("postgres");

        assertThat(ours.name()).startsWith("muster-test/postgres:");
        assertThat(ours.pulled()).isFalse();
    }
}
