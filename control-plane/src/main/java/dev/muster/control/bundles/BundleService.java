package dev.muster.control.bundles;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.trustrepo.MetadataExport;
import dev.muster.protocol.bundle.BundleIndex;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** Makes bundles: decides and signs in one transaction, writes the bytes after it. Thread-safe. */
@Singleton
final class BundleService {
    private static final int MOST_DEVICES = 200;

    private final DeviceService devices;
    private final DesiredService desired;
    private final MetadataExport metadata;
    private final BundleWriter writer;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    BundleService(
            DeviceService devices,
            DesiredService desired,
            MetadataExport metadata,
            BundleWriter writer,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.devices = devices;
        this.desired = desired;
        this.metadata = metadata;
        this.writer = writer;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** What goes in, for devices in scope that are active; their documents are signed now. */
    BundlePlan plan(Access access, List<String> names) {
        // A list in a body may hold null, whatever its type says.
        if (names.isEmpty() || names.size() > MOST_DEVICES || names.stream().anyMatch(Objects::isNull)) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected 1 to " + MOST_DEVICES + " names in `devices`, found " + names.size());
        }
        // In order: two callers that hold several devices must not wait for each other.
        SortedSet<String> ids = new TreeSet<>();
        names.forEach(name -> ids.add(DeviceService.id(name).value()));
        BundlePlan plan = transactions.in(access.tenant(), handle -> {
            Map<String, byte[]> files = new HashMap<>();
            Map<String, Long> targets = new TreeMap<>();
            MetadataExport.Files images = metadata.images(handle, access.tenant());
            images.files().forEach((name, bytes) -> files.put(BundleIndex.images(name), bytes));
            Instant expires = images.expires();
            for (String id : ids) {
                Device device = devices.require(handle, access.scope(), DeviceService.id(id));
                requireActive(device);
                Instant end = add(handle, new DeviceRef(access.tenant(), new DeviceId(device.id())), files, targets);
                expires = end.isBefore(expires) ? end : expires;
            }
            BundleIndex index = new BundleIndex(
                    access.tenant(),
                    ids.stream().map(DeviceId::new).toList(),
                    clock.instant(),
                    expires,
                    targets.size(),
                    targets.values().stream().mapToLong(Long::longValue).sum());
            for (String id : ids) {
                audit.append(
                        handle,
                        access.caller(),
                        "bundle.create",
                        "device/" + id,
                        Map.of("devices", ids.size(), "targets", targets.size(), "expires", expires.toString()));
            }
            return new BundlePlan(index, files, targets);
        });
        requireBytes(plan);
        return plan;
    }

    void write(BundlePlan plan, OutputStream out) throws IOException {
        writer.write(plan, out);
    }

    private Instant add(Handle handle, DeviceRef ref, Map<String, byte[]> files, Map<String, Long> targets) {
        MetadataExport.Files document =
                metadata.director(handle, ref).orElseThrow(() -> DeviceService.notFound(ref.device()));
        document.files().forEach((name, bytes) -> files.put(BundleIndex.director(ref.device(), name), bytes));
        for (DesiredTarget target :
                desired.read(handle, ref.device()).orElseThrow().targets()) {
            if (target.content() instanceof DesiredContent.Present present) {
                targets.put(present.sha256(), present.length());
            }
        }
        return document.expires();
    }

    // After the transaction: an object store is asked over the network.
    private void requireBytes(BundlePlan plan) {
        for (String sha256 : plan.targets().keySet()) {
            if (!writer.has(sha256)) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected the bytes of every target, found none of `" + sha256 + "` in the store");
            }
        }
    }

    private static void requireActive(Device device) {
        if (device.status() != DeviceState.Status.ACTIVE) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "expected `" + device.id() + "` to be active, found it "
                            + device.status().name().toLowerCase(Locale.ROOT));
        }
    }
}
