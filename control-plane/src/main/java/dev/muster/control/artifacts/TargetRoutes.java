package dev.muster.control.artifacts;

import dev.muster.control.desired.DesiredService;
import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRequest;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code GET /device/v1/targets/<sha256>}: bytes, in ranges. A device gets what its own desired state names, a
 * gateway what its sub-devices are to have and the images and apps of the devices of its sites, and nothing else; a hash it may not have and one that does not exist look the same.
 */
@Singleton
final class TargetRoutes implements DeviceRoutes {
    private final DesiredService desired;
    private final TenantTransactions transactions;
    private final ArtifactBytes bytes;

    TargetRoutes(DesiredService desired, TenantTransactions transactions, ArtifactBytes bytes) {
        this.desired = desired;
        this.transactions = transactions;
        this.bytes = bytes;
    }

    @Override
    public void register(DeviceRouter router) {
        router.get("/targets/:sha256", this::get);
    }

    private DeviceAnswer get(DeviceRequest request) throws IOException {
        String sha256 = request.parameter("sha256");
        boolean allowed = transactions.in(
                request.device().tenant(),
                handle -> desired.names(handle, request.device().device(), sha256)
                        || desired.namesBehind(handle, request.device().device(), sha256)
                        || desired.namesAtSites(handle, request.device().device(), sha256));
        Optional<ArtifactBytes.Stored> stored = allowed ? bytes.find(sha256) : Optional.empty();
        return stored.map(found -> answer(found, sha256))
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.ARTIFACT_NOT_FOUND,
                        "no target `" + sha256 + "` in the desired state of this device"));
    }

    /** Through this server even from a bucket: a device's certificate says what it may have, a bucket cannot know. */
    private static DeviceAnswer answer(ArtifactBytes.Stored stored, String sha256) {
        return stored.local()
                .map(file -> DeviceAnswer.file(file, "application/octet-stream", sha256))
                .orElseGet(
                        () -> DeviceAnswer.stream(stored.length(), stored::open, "application/octet-stream", sha256));
    }
}
