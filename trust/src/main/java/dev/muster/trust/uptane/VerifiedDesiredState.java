package dev.muster.trust.uptane;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this device must be, as signed for it and verified. Only {@link DesiredStateVerifier} makes one that may be
 * acted on.
 *
 * @param directorVersion version of the director's targets document
 * @param custom {@code custom} of that document, which names the device
 */
public record VerifiedDesiredState(
        long directorVersion, List<VerifiedTarget> targets, Map<String, @Nullable Object> custom) {
    public VerifiedDesiredState {
        targets = List.copyOf(targets);
        custom = Collections.unmodifiableMap(new LinkedHashMap<>(custom));
    }
}
