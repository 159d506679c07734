package dev.muster.control.garbage;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactUses.Use;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the collection of artifacts would do, and does when asked. */
@Path("/artifacts/gc")
@RunOnVirtualThread
public class GarbageResource {
    private final Guard guard;
    private final GarbageService service;

    GarbageResource(Guard guard, GarbageService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Every artifact with what would become of it now; changes nothing. */
    @GET
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public Page<JudgedAnswer> plan() {
        Access access = guard.require(Role.RELEASE_MANAGER).fleetWide();
        return Page.whole(
                service.plan(access.tenant()).stream().map(JudgedAnswer::of).toList());
    }

    /** Goes round once. */
    @POST
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public Collected collect() {
        Access access = guard.require(Role.RELEASE_MANAGER).fleetWide();
        List<Artifact> gone = service.collect(access.caller());
        return new Collected(
                gone.stream().map(Collected.Gone::of).toList(),
                gone.stream().mapToLong(Artifact::length).sum());
    }

    /**
     * An artifact and what would become of it.
     *
     * @param verdict {@code needed}, {@code young}, {@code marked} or {@code due}
     * @param until when that ends by itself; null for {@code needed} and {@code due}
     */
    public record JudgedAnswer(
            String sha256,
            String kind,
            String name,
            String version,
            long length,
            String verdict,
            @Nullable Instant until,
            List<Use> uses) {
        static JudgedAnswer of(GarbageService.Judged judged) {
            Artifact artifact = judged.artifact();
            return new JudgedAnswer(
                    artifact.sha256(),
                    artifact.kind().text(),
                    artifact.name(),
                    artifact.version(),
                    artifact.length(),
                    judged.verdict().text(),
                    switch (judged.verdict()) {
                        case Verdict.Needed v -> null;
                        case Verdict.Young v -> v.until();
                        case Verdict.Marked v -> v.until();
                        case Verdict.Due v -> null;
                    },
                    judged.verdict() instanceof Verdict.Needed needed ? needed.uses() : List.of());
        }
    }

    /** What a round took away. */
    public record Collected(List<Gone> collected, long bytes) {
        /** One artifact that is gone. */
        public record Gone(String sha256, String kind, String name, String version, long length) {
            static Gone of(Artifact artifact) {
                return new Gone(
                        artifact.sha256(),
                        artifact.kind().text(),
                        artifact.name(),
                        artifact.version(),
                        artifact.length());
            }
        }
    }
}
