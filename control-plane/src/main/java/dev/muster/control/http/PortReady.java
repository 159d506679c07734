package dev.muster.control.http;

import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the port for people listens. The management port, which tells, is opened beside it and may be there first;
 * who waited for "ready" would then find nobody.
 */
@Readiness
@Singleton
class PortReady implements HealthCheck {
    private volatile boolean listening;

    void plain(@ObservesAsync HttpServerStart start) {
        listening = true;
    }

    void tls(@ObservesAsync HttpsServerStart start) {
        listening = true;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("http").status(listening).build();
    }
}
