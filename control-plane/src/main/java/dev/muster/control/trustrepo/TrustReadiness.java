package dev.muster.control.trustrepo;

import dev.muster.control.readiness.ReadinessCheck;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Keys on this server that only people may hold: whoever takes the server could sign code. */
@Singleton
final class TrustReadiness implements ReadinessCheck {
    private final TrustKeys keys;

    TrustReadiness(TrustKeys keys) {
        this.keys = keys;
    }

    @Override
    public List<Unsafe> unsafe() {
        List<Unsafe> found = new ArrayList<>();
        keys.offlineHeld()
                .forEach(
                        (tenant, names) -> found.add(
                                new Unsafe(
                                        "trust keys of tenant " + tenant,
                                        String.join(", ", names) + " on this server",
                                        "hand them over to people first, with profile trial: muster trust rotate (docs/guides/trust.md)")));
        return found;
    }
}
