package dev.muster.control.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelsTest {
    @Test
    void leadsFromEachChannelToTheNext() {
        assertThat(Channels.DEFAULT.first()).isEqualTo("dev");
        assertThat(Channels.DEFAULT.after("dev")).contains("beta");
        assertThat(Channels.DEFAULT.after("stable")).isEmpty();
        assertThat(Channels.DEFAULT.isBefore("dev", "stable")).isTrue();
        assertThat(Channels.DEFAULT.isBefore("stable", "stable")).isFalse();
    }

    @Test
    void refusesWhatIsNoOrderOfChannels() {
        assertThatThrownBy(() -> new Channels(List.of())).hasMessageContaining("1 to 10 channels, found 0");
        assertThatThrownBy(() -> new Channels(Collections.nCopies(11, "a"))).hasMessageContaining("found 11");
        assertThatThrownBy(() -> new Channels(List.of("a", "b", "a"))).hasMessageContaining("each channel once");
        for (String bad : List.of("", "Stable", "a b", "-a", "a".repeat(33))) {
            assertThatThrownBy(() -> new Channels(List.of(bad))).hasMessageContaining("found `" + bad + "`");
        }
    }
}
