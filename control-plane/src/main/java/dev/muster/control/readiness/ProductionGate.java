package dev.muster.control.readiness;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerProfile;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Collectors;

/** Ends the start of a server with profile {@code production} if anything about it is unsafe, before it listens anywhere. */
@Singleton
final class ProductionGate {
    private final ServerProfile profile;
    private final List<ReadinessCheck> checks;

    @Inject
    ProductionGate(MusterConfig config, @All List<ReadinessCheck> checks) {
        this(config.profile(), checks);
    }

    ProductionGate(ServerProfile profile, List<ReadinessCheck> checks) {
        this.profile = profile;
        this.checks = List.copyOf(checks);
    }

    void start(@Observes @Priority(1) StartupEvent event) {
        check();
    }

    /**
     * Looks at everything.
     *
     * @throws IllegalStateException that lists all that is unsafe, in production
     */
    void check() {
        if (profile != ServerProfile.PRODUCTION) {
            return;
        }
        List<ReadinessCheck.Unsafe> found =
                checks.stream().flatMap(check -> check.unsafe().stream()).toList();
        if (!found.isEmpty()) {
            throw new IllegalStateException("profile `production` does not start with " + found.size()
                    + (found.size() == 1 ? " unsafe setting:\n" : " unsafe settings:\n")
                    + found.stream().map(unsafe -> "  - " + unsafe.text()).collect(Collectors.joining("\n")));
        }
    }
}
