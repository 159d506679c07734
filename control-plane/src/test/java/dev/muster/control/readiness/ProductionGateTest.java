package dev.muster.control.readiness;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.config.ServerProfile;
import dev.muster.control.readiness.ReadinessCheck.Unsafe;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProductionGateTest {
    private static final ReadinessCheck KEYS = () -> List.of(new Unsafe("trust keys", "root", "hand it over"));
    private static final ReadinessCheck CLEAR =
            () -> List.of(new Unsafe("muster.external.api-url", "`http://x`", "use https"));
    private static final ReadinessCheck FINE = List::of;

    private static ProductionGate gate(ServerProfile profile, ReadinessCheck... checks) {
        return new ProductionGate(profile, List.of(checks));
    }

    @Test
    void productionListsAllThatIsUnsafeAtOnce() {
        assertThatThrownBy(
                        () -> gate(ServerProfile.PRODUCTION, KEYS, FINE, CLEAR).check())
                .hasMessageContaining("2 unsafe settings")
                .hasMessageContaining("`trust keys`: found root; hand it over")
                .hasMessageContaining("`muster.external.api-url`: found `http://x`; use https");
    }

    @Test
    void productionStartsWhereAllIsSafeAndATrialAlways() {
        assertThatCode(() -> gate(ServerProfile.PRODUCTION, FINE).check()).doesNotThrowAnyException();
        assertThatCode(() -> gate(ServerProfile.TRIAL, KEYS, CLEAR).check()).doesNotThrowAnyException();
    }
}
