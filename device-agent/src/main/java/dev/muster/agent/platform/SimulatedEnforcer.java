package dev.muster.agent.platform;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.WatchedFile;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The permission table of a simulated device, as real files below its directory, which anybody with the right to may
 * tamper with:
 *
 * <pre>{@code
 * permissions.json   {"apps": {"com.example.pump": {"ohos.permission.CAMERA": "granted"}}}
 * enforcement.json   {"fixed": ["ohos.permission.LOCATION"]}     permissions whose entries the table refuses to change
 * processes.json     {"apps": {"com.example.pump": 2}}           running processes; a revoke ends them
 * }</pre>
 */
final class SimulatedEnforcer implements PermissionEnforcer {
    /** ATM's ERR_PERMISSION_RESTRICTED, which a device answers for an entry it does not let change. */
    private static final int RESTRICTED = 12100032;

    private static final int MAX_BYTES = 16 << 20;
    private static final String GRANTED = "granted";

    private final Path table;
    private final Path processes;
    private final WatchedFile watchedTable;
    private final WatchedFile watchedFixed;
    private final WatchedFile watchedProcesses;
    private long seen = -1;

    SimulatedEnforcer(Path directory, LongSupplier nanos) {
        this.table = directory.resolve("permissions.json");
        this.processes = directory.resolve("processes.json");
        this.watchedTable = new WatchedFile(table, MAX_BYTES, nanos);
        this.watchedFixed = new WatchedFile(directory.resolve("enforcement.json"), MAX_BYTES, nanos);
        this.watchedProcesses = new WatchedFile(processes, MAX_BYTES, nanos);
    }

    @Override
    public PlatformTraits traits() {
        return PlatformTraits.SIMULATED;
    }

    @Override
    public Enforcement level(AppKey app, PermissionDefinition permission) {
        return fixed().contains(permission.name())
                ? new Enforcement.ObservedOnly("the device's table does not let it change")
                : traits().predict(permission);
    }

    @Override
    public boolean holdsTable() {
        return true;
    }

    @Override
    public boolean mayHaveChanged() {
        return watchedTable.read().version() != seen;
    }

    @Override
    public Map<Entry, Boolean> read() {
        WatchedFile.Reading reading = watchedTable.read();
        seen = reading.version();
        return parse(reading);
    }

    @Override
    public List<Outcome> apply(List<Change> changes) throws IOException {
        Map<Entry, Boolean> cells = new TreeMap<>(parse(watchedTable.read()));
        Map<String, Long> running = new TreeMap<>(running());
        Set<String> fixed = fixed();
        boolean changedAny = false;
        boolean killedAny = false;
        List<Outcome> outcomes = new ArrayList<>();
        for (Change change : changes) {
            Entry entry = change.entry();
            boolean revoke = !change.granted() && cells.getOrDefault(entry, false);
            long ends = revoke ? running.getOrDefault(key(entry.app()), 0L) : 0;
            if (fixed.contains(entry.permission())) {
                outcomes.add(new Outcome.Failed(RESTRICTED, "the entry is fixed by the system"));
            } else if (ends > 0 && !change.mayKill()) {
                outcomes.add(new Outcome.Waits(ends));
            } else {
                cells.put(entry, change.granted());
                changedAny = true;
                running.computeIfPresent(key(entry.app()), (app, count) -> revoke ? 0L : count);
                killedAny |= ends > 0;
                outcomes.add(new Outcome.Done(Optional.empty(), ends));
            }
        }
        if (changedAny) {
            write(cells);
            seen = -1; // whoever puts back what was there before must not go unseen
        }
        if (killedAny) {
            AtomicFiles.write(processes, JsonObject.write(Map.of("apps", running)));
        }
        return outcomes;
    }

    @Override
    public Optional<Long> processes(AppKey app) {
        return Optional.of(running().getOrDefault(key(app), 0L));
    }

    private void write(Map<Entry, Boolean> cells) throws IOException {
        Map<String, Map<String, String>> apps = new TreeMap<>();
        cells.forEach((entry, granted) -> apps.computeIfAbsent(key(entry.app()), app -> new TreeMap<>())
                .put(entry.permission(), granted ? GRANTED : "denied"));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apps", apps);
        AtomicFiles.write(table, JsonObject.write(document));
    }

    // A table that somebody made unreadable holds nothing, and is written anew.
    private static Map<Entry, Boolean> parse(WatchedFile.Reading reading) {
        Map<Entry, Boolean> cells = new TreeMap<>();
        object(reading)
                .flatMap(json -> json.optionalObject("apps"))
                .ifPresent(apps -> apps.members().keySet().forEach(name -> {
                    AppKey app = app(name);
                    if (app != null) {
                        apps.stringMap(name)
                                .forEach((permission, state) ->
                                        cells.put(new Entry(app, permission), state.equals(GRANTED)));
                    }
                }));
        return cells;
    }

    private Set<String> fixed() {
        return object(watchedFixed.read())
                .map(json -> Set.copyOf(json.strings("fixed")))
                .orElse(Set.of());
    }

    private Map<String, Long> running() {
        Map<String, Long> result = new TreeMap<>();
        object(watchedProcesses.read())
                .flatMap(json -> json.optionalObject("apps"))
                .ifPresent(apps -> apps.members()
                        .keySet()
                        .forEach(name ->
                                result.put(name, apps.optionalNumber(name).orElse(0L))));
        return result;
    }

    private static Optional<JsonObject> object(WatchedFile.Reading reading) {
        try {
            return reading.content().map(JsonObject::parse);
        } catch (ProtocolException e) {
            return Optional.empty();
        }
    }

    /** The bundle name alone for the app itself of the first user, else {@code bundle@user#instance}. */
    private static String key(AppKey app) {
        return app.user() == AppKey.FIRST_USER && app.instance() == 0 ? app.bundle() : app.toString();
    }

    private static @Nullable AppKey app(String key) {
        String[] parts = key.split("[@#]", -1);
        try {
            return new AppKey(
                    parts[0],
                    parts.length > 1 ? Integer.parseInt(parts[1]) : AppKey.FIRST_USER,
                    parts.length > 2 ? Integer.parseInt(parts[2]) : 0);
        } catch (IllegalArgumentException e) {
            return null; // no app of ours is written so
        }
    }
}
