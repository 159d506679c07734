package dev.muster.control.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process knows of itself. */
@Singleton
final class ProcessLook {
    private static final String DEVICES = "muster.gateway.devices";

    private final MeterRegistry meters;

    ProcessLook(MeterRegistry meters) {
        this.meters = meters;
    }

    Facts.Descriptors descriptors() {
        Gauge known = meters.find(DEVICES).gauge();
        long devices = known == null || Double.isNaN(known.value()) ? 0 : (long) known.value();
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? new Facts.Descriptors(unix.getOpenFileDescriptorCount(), unix.getMaxFileDescriptorCount(), devices)
                : new Facts.Descriptors(0, 0, devices);
    }

    Facts.Heap heap() {
        long live = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            // What lived through the last collection; what is used now is mostly garbage that nobody needed to collect
            // yet.
            MemoryUsage kept = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            live += kept == null ? 0 : kept.getUsed();
        }
        return new Facts.Heap(live, Runtime.getRuntime().maxMemory());
    }

    Facts.Space space(String id, String what, Path directory) throws IOException {
        FileStore volume = Files.getFileStore(directory);
        return new Facts.Space(id, what, volume.getUsableSpace(), volume.getTotalSpace());
    }
}
