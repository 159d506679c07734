package dev.muster.control.explain;

import dev.muster.control.access.Access;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.permissions.PolicyReading;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.explain.Explain;
import dev.muster.policy.explain.Explanation;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Says what a device answers about a permission, and why: from the policy version that it last said is in force. */
@Singleton
final class ExplainService {
    private static final String OPENHARMONY = "openharmony";

    private final DeviceService devices;
    private final PolicyReading policies;
    private final TenantTransactions transactions;
    private final Explain explain = new Explain();

    ExplainService(DeviceService devices, PolicyReading policies, TenantTransactions transactions) {
        this.devices = devices;
        this.policies = policies;
        this.transactions = transactions;
    }

    /**
     * The answer of {@code GET /policy/explain}.
     *
     * @param reason stable code
     * @param detail one sentence for people
     * @param policyVersion in force on the device; null if none is
     * @param enforcement how far the answer binds there
     */
    public record Explained(
            String device,
            String bundle,
            String permission,
            boolean granted,
            String reason,
            String detail,
            @Nullable Long policyVersion,
            String enforcement) {}

    Explained explain(Access access, String id, String bundle, String permission) {
        return transactions.in(access.tenant(), handle -> {
            Device device = devices.require(handle, access.scope(), DeviceService.id(id));
            return inForce(device)
                    .flatMap(version -> policies.snapshot(handle, access.tenant(), version))
                    .map(snapshot -> explain(handle, access, device, snapshot, bundle, permission))
                    .orElseGet(() -> none(device, bundle, permission));
        });
    }

    private Explained explain(
            Handle handle, Access access, Device device, PolicySnapshot snapshot, String bundle, String permission) {
        DeviceRef ref = new DeviceRef(access.tenant(), new DeviceId(device.id()));
        Explanation explanation =
                explain.explain(snapshot, policies.profile(handle, snapshot, ref), bundle, permission, traits(device));
        return new Explained(
                device.id(),
                bundle,
                permission,
                explanation.granted(),
                explanation.reason().code(),
                explanation.text(),
                snapshot.version(),
                explanation.enforcement().code());
    }

    private static Explained none(Device device, String bundle, String permission) {
        return new Explained(
                device.id(),
                bundle,
                permission,
                false,
                Reason.NO_POLICY.code(),
                "no verified policy is in force on `" + device.id() + "`",
                null,
                new dev.muster.policy.enforcement.Enforcement.AtVerify().code());
    }

    private static Optional<Long> inForce(Device device) {
        String reported = device.policyVersion();
        return reported == null || !reported.matches("[0-9]{1,18}")
                ? Optional.empty()
                : Optional.of(Long.parseLong(reported));
    }

    private static PlatformTraits traits(Device device) {
        return OPENHARMONY.equalsIgnoreCase(device.facts().getOrDefault("platform", ""))
                ? new PlatformTraits(PlatformTraits.Platform.OPENHARMONY, false, false)
                : PlatformTraits.LINUX;
    }
}
