package dev.muster.control.rollouts;

import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** When devices may switch to what rollouts gave them. Thread-safe. */
@Singleton
public final class InstallWindows {
    /** A site without a window may be interrupted at any time; the device asks again tomorrow. */
    private static final InstallLeases.Window ALWAYS = new InstallLeases.Window(Duration.ZERO, Duration.ofDays(1));

    private final LeaseStore store;
    private final Clock clock;

    InstallWindows(LeaseStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The next window of each target of the device that needs one, in the caller's transaction. */
    public InstallLeases of(Handle handle, DeviceId device) {
        Map<String, InstallLeases.Window> windows = new HashMap<>();
        for (LeaseStore.Waiting waiting : store.waiting(handle, device)) {
            windows.put(
                    waiting.target(),
                    waiting.window()
                            .map(window -> window.next(clock.instant().atZone(waiting.zone())))
                            .orElse(ALWAYS));
        }
        return new InstallLeases(windows);
    }
}
