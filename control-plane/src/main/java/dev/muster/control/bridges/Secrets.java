package dev.muster.control.bridges;

import dev.muster.telemetry.bridge.BridgeTls;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a broker lets us in with. Never leaves the server but to that broker. */
record Secrets(
        @Nullable String password,
        @Nullable String certificate,
        @Nullable String key) {
    static final Secrets NONE = new Secrets(null, null, null);

    Optional<BridgeTls.Identity> identity() {
        return certificate == null || key == null
                ? Optional.empty()
                : Optional.of(new BridgeTls.Identity(certificate, key));
    }

    @Override
    public String toString() {
        return "secrets";
    }
}
