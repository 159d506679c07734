package dev.muster.control.roles;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** Alive unless a part of telemetry will not come back by itself. What is only not ready, such as streams that rebalance, is alive. */
@Liveness
@Singleton
class PartsAlive implements HealthCheck {
    private final TelemetryParts parts;

    PartsAlive(TelemetryParts parts) {
        this.parts = parts;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("telemetry").up();
        parts.running().forEach((name, part) -> {
            var health = part.health();
            if (!health.live()) {
                answer.down().withData(name, health.reason());
            }
        });
        return answer.build();
    }
}
