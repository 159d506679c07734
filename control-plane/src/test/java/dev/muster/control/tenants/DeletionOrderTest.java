package dev.muster.control.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.tenants.DeletionOrder.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeletionOrderTest {
    @Test
    void whatRefersGoesBeforeWhatIsReferredTo() {
        List<String> order = DeletionOrder.of(
                List.of("a", "b", "c"),
                List.of(new Reference("a", "b"), new Reference("b", "c"), new Reference("a", "elsewhere")));

        assertThat(order).containsExactly("a", "b", "c");
    }

    @Test
    void aTableThatRefersToItselfIsNoHindrance() {
        assertThat(DeletionOrder.of(List.of("site"), List.of(new Reference("site", "site"))))
                .containsExactly("site");
    }

    @Test
    void aCircleIsNamed() {
        assertThatThrownBy(() -> DeletionOrder.of(
                        List.of("a", "b", "c"), List.of(new Reference("a", "b"), new Reference("b", "a"))))
                .hasMessageContaining("circle among [a, b]");
    }
}
