package dev.muster.control.garbage;

import dev.muster.control.jobs.Departure;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;

/** Artifacts of a tenant that is deleted: their rows, and the bytes that no other tenant has. */
@Singleton
class ArtifactDeparture implements Departure {
    private final GarbageService service;

    ArtifactDeparture(GarbageService service) {
        this.service = service;
    }

    @Override
    public String what() {
        return "the artifacts";
    }

    @Override
    public boolean depart(TenantId tenant) {
        return service.takeAll(tenant);
    }
}
