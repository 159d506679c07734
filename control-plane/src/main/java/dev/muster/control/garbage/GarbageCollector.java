package dev.muster.control.garbage;

import dev.muster.control.access.Caller;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactConfig;
import dev.muster.control.jobs.Retention;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/** Goes round once an hour, unless {@code muster.artifacts.gc.enabled} is false. */
@Singleton
class GarbageCollector implements Retention {
    private static final Logger LOG = Logger.getLogger(GarbageCollector.class);

    private final ArtifactConfig config;
    private final GarbageService service;

    GarbageCollector(ArtifactConfig config, GarbageService service) {
        this.config = config;
        this.service = service;
    }

    @Override
    public String what() {
        return "artifacts that nothing needs";
    }

    @Override
    public void forget(TenantId tenant) {
        if (!config.gc().enabled()) {
            return;
        }
        List<Artifact> gone = service.collect(new Caller.Server(tenant, "garbage"));
        if (!gone.isEmpty()) {
            LOG.infof("collected %d artifacts of `%s`", gone.size(), tenant);
        }
    }
}
