package dev.muster.agent.platform.openharmony;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What is installed, and changes to it, through {@code bm}. Every look starts a program, so what was seen is kept for a while; a change
 * of ours is looked at at once. Thread-safe.
 */
public final class BundleManager {
    private static final Duration INSTALLING = Duration.ofSeconds(320);
    private static final String INSTALLING_SECONDS = "300";

    /** Bundles that came with the image change with it only. */
    private static final long SYSTEM_FRESH_NANOS = Duration.ofHours(1).toNanos();

    private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long NAMES_FRESH_NANOS = Duration.ofSeconds(10).toNanos();

    private final Tools tools;
    private final LongSupplier nanos;
    private final Map<String, Seen> seen = new LinkedHashMap<>();
    private List<String> names = List.of();
    private boolean asked;
    private long namesAt;

    private record Seen(long at, InstalledBundle bundle) {}

    /** {@code nanos} is a clock that never goes back. */
    public BundleManager(Tools tools, LongSupplier nanos) {
        this.tools = tools;
        this.nanos = nanos;
    }

    /** Every bundle, in the order in which {@code bm} names them. */
    public synchronized List<InstalledBundle> all() throws IOException {
        long now = nanos.getAsLong();
        if (!asked || now - namesAt > NAMES_FRESH_NANOS) {
            String list = tools.read("bm", "dump", "-a");
            names = InstalledBundle.names(list);
            if (names.isEmpty() && !list.contains("ID:")) {
                // Early in a start, or refused: a device that tells nothing must not pass for one without apps.
                throw new IOException("expected the list of bundles, found `"
                        + list.strip().lines().findFirst().orElse("nothing") + "`");
            }
            seen.keySet().retainAll(names);
            namesAt = now;
            asked = true;
        }
        for (String name : names) {
            Seen known = seen.get(name);
            if (known == null || now - known.at > (known.bundle.system() ? SYSTEM_FRESH_NANOS : FRESH_NANOS)) {
                find(name);
            }
        }
        return seen.values().stream().map(Seen::bundle).toList();
    }

    /** One bundle as it is now. */
    public synchronized Optional<InstalledBundle> find(String name) throws IOException {
        Optional<InstalledBundle> found = InstalledBundle.read(tools.read("bm", "dump", "-n", name))
                .filter(bundle -> bundle.bundle().equals(name));
        if (found.isPresent()) {
            seen.put(name, new Seen(nanos.getAsLong(), found.get()));
        } else {
            seen.remove(name);
        }
        return found;
    }

    /** One bundle as it was seen last, without a look. */
    public synchronized Optional<InstalledBundle> known(String name) {
        return Optional.ofNullable(seen.get(name)).map(Seen::bundle);
    }

    /** Installs or replaces. */
    public BundleAnswer install(Path hap) throws IOException {
        return changed(BundleAnswer.install(
                tools.run(INSTALLING, List.of("bm", "install", "-p", hap.toString(), "-r", "-w", INSTALLING_SECONDS))));
    }

    /** Removes a bundle with its data. */
    public BundleAnswer uninstall(String name) throws IOException {
        return changed(BundleAnswer.uninstall(tools.run(INSTALLING, List.of("bm", "uninstall", "-n", name))));
    }

    /** Keeps a bundle from running, or lets it run again. */
    public BundleAnswer enable(String name, boolean enabled) throws IOException {
        String text = tools.read("bm", enabled ? "enable" : "disable", "-n", name);
        return changed(enabled ? BundleAnswer.enable(text) : BundleAnswer.disable(text));
    }

    private synchronized BundleAnswer changed(BundleAnswer answer) {
        asked = false;
        return answer;
    }
}
