package dev.muster.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.policy.model.AppKey;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CapabilityWishesTest {
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final AppKey PUMP = AppKey.of("com.example.pump");

    private final CapabilityWishes wishes = new CapabilityWishes();

    @Test
    void tellsWhoWantsWhatAndWhy() {
        var event = wishes.wish("pump", PUMP, CAMERA, "to read gauges", NOW).orElseThrow();

        assertThat(event.kind()).isEqualTo("permission.request");
        assertThat(event.detail())
                .containsEntry("app", "com.example.pump")
                .containsEntry("permission", CAMERA)
                .containsEntry("askedBy", "pump")
                .containsEntry("reason", "to read gauges");
    }

    @Test
    void tellsTheSameOnceAnHour() {
        wishes.wish("pump", PUMP, CAMERA, "why", NOW);

        assertThat(wishes.wish("pump", PUMP, CAMERA, "why", NOW.plusSeconds(3599)))
                .isEmpty();
        assertThat(wishes.wish("pump", PUMP, CAMERA, "why", NOW.plusSeconds(3600)))
                .isPresent();
    }

    @Test
    void tellsFewInAll() {
        for (int i = 0; i < CapabilityWishes.MOST; i++) {
            wishes.wish("pump", AppKey.of("com.example.pump" + i), CAMERA, "why", NOW);
        }

        assertThatThrownBy(() -> wishes.wish("pump", PUMP, CAMERA, "why", NOW)).hasMessageContaining("at most 20");
    }

    @Test
    void refusesWhatNobodyCanDecide() {
        assertThatThrownBy(() -> wishes.wish("pump", PUMP, "CAMERA", "why", NOW))
                .hasMessageContaining("expected a permission of OpenHarmony, found `CAMERA`");
        assertThatThrownBy(() -> wishes.wish("pump", PUMP, CAMERA, " ", NOW)).hasMessageContaining("`reason`");
        assertThatThrownBy(() -> wishes.wish("pump", PUMP, CAMERA, "x".repeat(501), NOW))
                .hasMessageContaining("501");
    }
}
