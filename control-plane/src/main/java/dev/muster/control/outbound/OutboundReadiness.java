package dev.muster.control.outbound;

import dev.muster.control.readiness.ReadinessCheck;
import jakarta.inject.Singleton;
import java.util.List;

/** Plain HTTP to the outside is for trials. */
@Singleton
class OutboundReadiness implements ReadinessCheck {
    private final OutboundConfig config;

    OutboundReadiness(OutboundConfig config) {
        this.config = config;
    }

    @Override
    public List<Unsafe> unsafe() {
        return config.plainHttp()
                ? List.of(new Unsafe("muster.outbound.plain-http", "true", "set it to `false`"))
                : List.of();
    }
}
