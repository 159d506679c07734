package dev.muster.control.reported;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRequest;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.trustrepo.ManifestRefusals;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;

/** {@code PUT /device/v1/manifest}: the signed answer of a device to its desired state. */
@Singleton
final class ManifestRoutes implements DeviceRoutes {
    private static final int MAX_MANIFEST_BYTES = 4 << 20;

    private final ReportedService service;
    private final ManifestRefusals refusals;

    ManifestRoutes(ReportedService service, ManifestRefusals refusals) {
        this.service = service;
        this.refusals = refusals;
    }

    @Override
    public void register(DeviceRouter router) {
        router.put("/manifest", MAX_MANIFEST_BYTES, this::put);
    }

    private static boolean isStorable(VersionManifest manifest) {
        return DeviceWords.isTime(manifest.at())
                && areText(manifest)
                && manifest.apps().stream()
                        .allMatch(app -> DeviceWords.fit(app.bundle())
                                && app.user() >= 0
                                && app.instance() >= 0
                                && DeviceWords.fit(app.permissions().toArray(String[]::new))
                                && DeviceWords.fit(app.acls().toArray(String[]::new)));
    }

    private static boolean areText(VersionManifest manifest) {
        try {
            return DeviceWords.areText(JsonObject.parse(manifest.toJson()).members());
        } catch (ProtocolException e) {
            // Half a surrogate pair cannot even be written.
            return false;
        }
    }

    // Uptane 5.4.2.1: whose manifest is wrong is told nothing new; see `DirectorService`.
    private ProblemException refused(DeviceRequest request, String reason) {
        refusals.refused(request.device(), reason);
        return new ProblemException(ProblemCode.INVALID_REQUEST, reason);
    }

    private DeviceAnswer put(DeviceRequest request) {
        SignedManifest signed;
        try {
            signed = SignedManifest.fromJson(request.body());
        } catch (ProtocolException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
        VersionManifest manifest;
        try {
            manifest = signed.verified(request.certificate().getPublicKey());
        } catch (ProtocolException e) {
            throw refused(request, String.valueOf(e.getMessage()));
        }
        if (!manifest.device().equals(request.device())) {
            throw refused(
                    request,
                    "expected a manifest of `" + request.device() + "`, found one of `" + manifest.device() + "`");
        }
        if (!isStorable(manifest)) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected names of 1 to " + DeviceWords.LONGEST
                            + " characters without U+0000, and times from 1970 to" + " 9999, found others");
        }
        refusals.accepted(request.device());
        service.accept(
                manifest, new ManifestProof(new String(request.body(), StandardCharsets.UTF_8), request.certificate()));
        return DeviceAnswer.empty();
    }
}
