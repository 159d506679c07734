package dev.muster.agent.settings;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.platform.SystemSettings;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.StateStore;
import dev.muster.agent.store.WatchedFile;
import dev.muster.agent.update.SettingsInstaller;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.command.AllowList;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.help.HelpAllow;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settings document that was verified, and the platform to it. The bytes are kept twice: the file that services
 * on the device read, and a copy of our own with its digest. Drift is put back when it is seen, told as
 * {@code drift.settings}. Thread-safe.
 */
public final class SettingsKeeper implements SettingsInstaller.Keeper {
    private static final int MAX_BYTES = 1 << 20;
    /** Files whose stamps did not change are read all the same this often: a stamp can be forged. */
    private static final long READ_NANOS = 60_000_000_000L;
    /** Told at most this often for one place while somebody changes it again and again; it is put back every time. */
    private static final long TELL_NANOS = 60_000_000_000L;

    private final Path file;
    private final Path copy;
    private final StateStore store;
    private final ManagedFiles files;
    private final SystemSettings system;
    private final Events events;
    private final InstantSource time;
    private final LongSupplier nanos;
    private final AgentLog log;
    private final WatchedFile watched;
    private final List<String> problems = new ArrayList<>();
    private @Nullable Kept kept;
    private String applied = "";
    private Map<String, String> refused = Map.of();
    private long readAt;
    private final Map<String, Long> told = new TreeMap<>();

    /** Bytes that were verified, and their digest; no bytes where both copies were altered. */
    private static final class Kept {
        private final String sha256;
        private final byte[] bytes;

        Kept(String sha256, byte[] bytes) {
            this.sha256 = sha256;
            this.bytes = bytes;
        }
    }

    /** Where events go. */
    @FunctionalInterface
    public interface Events {
        void event(DeviceEvent event) throws IOException;
    }

    /**
     * @param file what services on this device read
     * @param copy our own
     * @param store remembers the digest of what was verified
     * @param system brings about what is no file
     */
    public SettingsKeeper(
            Path file,
            Path copy,
            StateStore store,
            ManagedFiles files,
            SystemSettings system,
            Events events,
            InstantSource time,
            LongSupplier nanos,
            AgentLog log)
            throws IOException {
        this.file = file;
        this.copy = copy;
        this.store = store;
        this.files = files;
        this.system = system;
        this.events = events;
        this.time = time;
        this.nanos = nanos;
        this.log = log;
        this.watched = new WatchedFile(file, MAX_BYTES, nanos);
        this.kept = restore();
    }

    // The file is put right at the first look; the copy would stay damaged until the next settings.
    private void putRightCopy(byte[] bytes) {
        if (!problems.isEmpty()) {
            try {
                AtomicFiles.write(copy, bytes);
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
    }

    /** What was wrong with what is kept, at the start; each line names its file. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private @Nullable Kept restore() throws IOException {
        Optional<String> sha256 =
                store.read().map(bytes -> JsonObject.parse(bytes).string("sha256"));
        if (sha256.isEmpty() || sha256.get().isEmpty()) {
            return null;
        }
        for (Path candidate : List.of(copy, file)) {
            if (Files.exists(candidate)) {
                try {
                    byte[] bytes = Files.readAllBytes(candidate);
                    if (sha256(bytes).equals(sha256.get())) {
                        putRightCopy(bytes);
                        return new Kept(sha256.get(), bytes);
                    }
                    problems.add("`" + candidate + "` is not used: it was altered or damaged");
                } catch (IOException e) {
                    problems.add("`" + candidate + "` cannot be read: " + e.getMessage());
                }
            }
        }
        // Both were altered: nothing of them counts, and the document brings the right ones again.
        return new Kept(sha256.get(), new byte[0]);
    }

    @Override
    public void check(JsonObject settings) {
        AllowList.in(settings);
        HelpAllow.in(settings);
        ManagedFiles.check(settings);
    }

    @Override
    public synchronized void keep(byte[] bytes) throws IOException {
        String sha256 = sha256(bytes);
        Kept now = kept;
        if (now != null && now.sha256.equals(sha256) && now.bytes.length > 0) {
            return;
        }
        AtomicFiles.write(copy, bytes);
        store.write(JsonObject.write(Map.of("sha256", sha256)));
        kept = new Kept(sha256, bytes.clone());
    }

    @Override
    public synchronized void forget() throws IOException {
        store.write(JsonObject.write(Map.of("sha256", "")));
        kept = null;
        Files.deleteIfExists(copy);
    }

    /** What commands may ask. Fails closed: settings that cannot be read allow nothing. */
    public synchronized AllowList allowed() {
        Kept now = kept;
        if (now == null) {
            return AllowList.DEFAULT;
        }
        try {
            return AllowList.in(JsonObject.parse(now.bytes));
        } catch (ProtocolException e) {
            return AllowList.NOTHING;
        }
    }

    /** Which remote help is accepted. Fails closed: without settings, or with ones that cannot be read, none. */
    public synchronized HelpAllow help() {
        Kept now = kept;
        try {
            return now == null ? HelpAllow.NOTHING : HelpAllow.in(JsonObject.parse(now.bytes));
        } catch (ProtocolException e) {
            return HelpAllow.NOTHING;
        }
    }

    /** Whether an app may be installed: {@code apps.allowed}, where it is set. Fails closed. */
    public synchronized boolean allowsApp(String bundle) {
        Kept now = kept;
        if (now == null) {
            return true;
        }
        try {
            Optional<JsonObject> apps = JsonObject.parse(now.bytes).optionalObject("apps");
            return apps.isEmpty()
                    || !apps.get().has("allowed")
                    || apps.get().strings("allowed").contains(bundle);
        } catch (ProtocolException e) {
            return false;
        }
    }

    /** Whether there are settings to hold. */
    public synchronized boolean mustWatch() {
        return kept != null || !applied.isEmpty();
    }

    /** The directories in which somebody could change what this holds. */
    public synchronized Set<Path> directories() {
        Set<Path> directories = new TreeSet<>(files.directories());
        directories.add(file.resolveSibling(""));
        return directories;
    }

    /** One look; called every second while {@link #mustWatch}, unless somebody tells of changes in {@link #directories}. */
    public synchronized void look() {
        try {
            Kept now = kept;
            if (now == null) {
                if (!applied.isEmpty()) {
                    files.apply(JsonObject.of(Map.of()));
                    system.hold(JsonObject.of(Map.of()));
                    applied = "";
                }
            } else if (now.bytes.length > 0) {
                hold(now);
            }
        } catch (IOException | RuntimeException e) {
            // INVARIANT (the keeper never dies): a look that failed is followed by another.
            log.line("the settings could not be looked at: " + e.getMessage());
        }
    }

    private void hold(Kept now) throws IOException {
        String found = watched.read().content().map(SettingsKeeper::sha256).orElse("");
        if (!found.equals(now.sha256)) {
            AtomicFiles.write(file, now.bytes);
            drifted("settings.json", now.sha256, found);
        }
        long looked = nanos.getAsLong();
        if (applied.equals(now.sha256) && !files.mayHaveChanged() && looked - readAt < READ_NANOS) {
            return;
        }
        readAt = looked;
        JsonObject settings = JsonObject.parse(now.bytes);
        List<String> changed = new ArrayList<>(files.apply(settings));
        SystemSettings.Held held = system.hold(settings);
        changed.addAll(held.changed());
        boolean isNew = !applied.equals(now.sha256);
        if (!isNew) {
            for (String name : changed) {
                drifted(name, now.sha256, "");
            }
        }
        if (isNew || !held.refused().equals(refused)) {
            applied = now.sha256;
            refused = held.refused();
            events.event(new DeviceEvent("settings.applied", time.instant(), told(now)));
        }
    }

    private Map<String, String> told(Kept now) {
        Map<String, String> detail = new TreeMap<>();
        detail.put("sha256", now.sha256);
        detail.put("notHere", String.join(",", new TreeSet<>(refused.keySet())));
        String why = text(refused);
        if (!why.isEmpty()) {
            detail.put("refused", why);
        }
        return detail;
    }

    /** Why members do not hold, where it is more than that they belong to another platform. */
    private static String text(Map<String, String> refused) {
        return new TreeMap<>(refused)
                .entrySet().stream()
                        .filter(member -> !member.getValue().equals(SystemSettings.NOT_HERE))
                        .map(member -> member.getKey() + ": " + member.getValue())
                        .collect(Collectors.joining("; "));
    }

    private void drifted(String what, String expected, String found) throws IOException {
        log.line("`" + what + "` was changed by somebody and is put back");
        long now = nanos.getAsLong();
        Long last = told.get(what);
        if (last != null && now - last < TELL_NANOS) {
            return;
        }
        told.put(what, now);
        events.event(new DeviceEvent(
                "drift.settings",
                time.instant(),
                Map.of("what", what, "sha256", expected, "found", found, "action", "put-back")));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
