package dev.muster.control.releases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.policy.permission.Apl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequirementsTest {
    @Test
    void areReadAsTheyWereStored() {
        Requirements all = new Requirements(
                Optional.of("1.2"),
                Optional.of("5.0.1-rc2"),
                12,
                Optional.of(Apl.SYSTEM_BASIC),
                Map.of("com.example.base", 7L),
                List.of(new Requirements.Needed("os", "2.0")));

        assertThat(Requirements.parse(all.json())).isEqualTo(all);
        assertThat(Requirements.parse("{}")).isEqualTo(Requirements.NONE);
        assertThat(Requirements.NONE.json()).isEqualTo("{}");
        assertThat(all.asksNothingOfDevices()).isFalse();
        assertThat(Requirements.NONE.asksNothingOfDevices()).isTrue();
    }

    @Test
    void refuseWhatCannotBeCompared() {
        assertThatThrownBy(() -> image("newest")).hasMessageContaining("`requires.image`");
        assertThatThrownBy(() -> image("2;status==active")).hasMessageContaining("such as `5.0.1`");
        assertThatThrownBy(() -> apps(Map.of("com.example.a", 0L))).hasMessageContaining("version code from 1 on");
        assertThatThrownBy(() -> apps(Map.of("a b", 1L))).hasMessageContaining("found `a b` 1");
    }

    private static Requirements image(String version) {
        return new Requirements(Optional.empty(), Optional.of(version), 0, Optional.empty(), Map.of(), List.of());
    }

    private static Requirements apps(Map<String, Long> apps) {
        return new Requirements(Optional.empty(), Optional.empty(), 0, Optional.empty(), apps, List.of());
    }
}
