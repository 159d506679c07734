package dev.muster.telemetry.sparkplug;

import dev.muster.telemetry.record.Metric;
import java.util.List;

/**
 * What became of one message.
 *
 * @param metrics values to keep, those of devices named {@code device/metric}
 * @param effects in the order in which they follow
 */
public record Heard(List<Metric> metrics, List<Effect> effects) {
    public Heard {
        metrics = List.copyOf(metrics);
        effects = List.copyOf(effects);
    }

    /** Why the message was refused, empty if it was not. */
    public java.util.Optional<String> refusal() {
        return effects.stream()
                .filter(Effect.Refused.class::isInstance)
                .map(effect -> ((Effect.Refused) effect).reason())
                .findFirst();
    }

    /** Whether the node is to be asked for its births. */
    public boolean asksRebirth() {
        return effects.stream().anyMatch(Effect.AskRebirth.class::isInstance);
    }
}
