package dev.muster.control.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventTypeTest {
    @Test
    void oneOrAllOfAKindCanBeSubscribedTo() {
        assertThat(EventType.subscribed("device.enrolled")).hasValue("device.enrolled");
        assertThat(EventType.subscribed("dev.muster.device.enrolled")).hasValue("device.enrolled");
        assertThat(EventType.subscribed("device.*")).hasValue("device.*");
        assertThat(EventType.subscribed("dev.muster.rollout.*")).hasValue("rollout.*");
    }

    @Test
    void whatNeverComesCannot() {
        for (String wrong : new String[] {
            "", "*", ".*", "device", "dev.*", "device.*d", "device.gone", "webhook.test", "webhook.*", "%"
        }) {
            assertThat(EventType.subscribed(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void aPatternIsThatOfTheTypes() {
        assertThat(EventType.pattern("device.*")).isEqualTo("dev.muster.device.%");
        assertThat(EventType.pattern("rollout.wave-passed")).isEqualTo("dev.muster.rollout.wave-passed");
    }
}
