package dev.muster.agent.platform;

import dev.muster.agent.apps.AppDirectory;
import dev.muster.agent.apps.AppStore;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.policy.condition.Situation;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * A device made of real files below {@code <state>/device}: slots with a boot record, apps, a permission table. Creating
 * one is switching the device on. Not thread-safe, except {@link #sample}, {@link #reboot} and what the interface says.
 */
public final class SimulatedPlatform implements Platform {
    /** Hardware id of every simulated device. */
    public static final String HARDWARE = "sim-board";

    private final Path directory;
    private final String serial;
    private final Instant poweredOn;
    private final Runnable rebooter;
    private final SimulatedSlots slots;
    private final AppDirectory apps;
    private final SituationFile situation;
    private final Path restarts;
    private final SimulatedEnforcer permissions;

    /**
     * Switches the device on.
     *
     * @param nanos a clock that never goes back
     * @param rebooter asks the host to switch it off and on again; must return at once
     */
    public SimulatedPlatform(StateDir state, Instant now, LongSupplier nanos, Runnable rebooter) throws IOException {
        this.directory = state.device();
        this.restarts = directory.resolve("restarts.json");
        this.poweredOn = now;
        this.rebooter = rebooter;
        this.serial = serial(directory.resolve("serial"));
        this.slots = new SimulatedSlots(directory);
        this.situation = new SituationFile(directory.resolve("situation.json"), nanos);
        this.permissions = new SimulatedEnforcer(directory, nanos);
        this.apps = new AppDirectory(Files.createDirectories(directory.resolve("apps")));
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public String hardware() {
        return HARDWARE;
    }

    @Override
    public Optional<String> serial() {
        return Optional.of(serial);
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>();
        facts.put("platform", "simulated");
        facts.put("hardware", HARDWARE);
        facts.put("serial", serial);
        facts.put("os.name", "OpenHarmony (simulated)");
        facts.put("os.version", slots.booted().version());
        facts.put("os.apiVersion", "12");
        facts.put("slots", "2");
        return facts;
    }

    @Override
    public Optional<Slots> slots() {
        return Optional.of(slots);
    }

    @Override
    public AppStore apps() {
        return apps;
    }

    @Override
    public List<Sample> sample(Instant now) {
        long millis = now.toEpochMilli();
        // Smooth curves, shifted per device, so that a fleet looks like a fleet and a chart can be checked by eye.
        double phase = (serial.hashCode() & 0xFFFF) / 65536.0 * 2 * Math.PI;
        double day = millis / 1000.0 / 300.0;
        return List.of(
                new Sample("cpu.load", millis, round(0.25 + 0.2 * Math.sin(day + phase))),
                new Sample("memory.used", millis, round(0.5 + 0.1 * Math.sin(day / 3 + phase))),
                new Sample("disk.used", millis, round(0.4 + 0.02 * Math.sin(day / 50 + phase))),
                new Sample("temperature.celsius", millis, round(45 + 8 * Math.sin(day / 2 + phase))),
                new Sample("uptime.seconds", millis, (millis - poweredOn.toEpochMilli()) / 1000));
    }

    @Override
    public Optional<Set<Path>> watchedDirectories() {
        return Optional.of(Set.of(directory));
    }

    @Override
    public Situation situation(Instant now) {
        return situation.at(now);
    }

    /** Mains, unless {@code situation.json} says otherwise. */
    @Override
    public Power power(Instant now) {
        return situation.power(now).orElse(Power.MAINS);
    }

    @Override
    public Optional<String> situationProblem() {
        return situation.problem();
    }

    /** A simulated clock is set unless {@code situation.json} says otherwise. */
    @Override
    public boolean clockIsSet() {
        return situation.clockSet().orElse(true);
    }

    @Override
    public PermissionEnforcer permissions() {
        return permissions;
    }

    @Override
    public Optional<String> diagnostic(String name, Instant now) {
        return switch (name) {
            case "network" ->
                Optional.of("interface sim0 up\nnetwork "
                        + situation.at(now).network().orElse("unknown"));
            case "storage" -> Optional.of("slot a and b below " + directory.getFileName());
            case "processes" -> Optional.of("running " + running() + "\nrestarted " + restarts());
            case "clock" -> Optional.of("time " + now + "\nset " + clockIsSet() + "\npowered on " + poweredOn);
            default -> Optional.empty();
        };
    }

    @Override
    public Path drivers() {
        return directory.resolve("drivers");
    }

    @Override
    public Path settingsFiles() {
        return directory.resolve("files");
    }

    /** Counts restarts in {@code restarts.json}, where a test or a person can see them. */
    @Override
    public boolean restartApp(String bundle) throws IOException {
        Map<String, Long> counts = new TreeMap<>(restarts());
        counts.merge(bundle, 1L, Long::sum);
        AtomicFiles.write(restarts, JsonObject.write(Map.of("apps", counts)));
        return true;
    }

    private Map<String, Long> restarts() {
        return counts(restarts);
    }

    private Map<String, Long> running() {
        return counts(directory.resolve("processes.json"));
    }

    // What somebody made unreadable counts as nothing, as elsewhere on this device.
    private static Map<String, Long> counts(Path file) {
        Map<String, Long> counts = new TreeMap<>();
        try {
            JsonObject apps = JsonObject.parse(Files.readAllBytes(file)).object("apps");
            apps.members().keySet().forEach(name -> counts.put(name, apps.number(name)));
        } catch (IOException | ProtocolException e) {
            counts.clear();
        }
        return counts;
    }

    @Override
    public boolean reboot(String why) {
        rebooter.run();
        return true;
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static String serial(Path file) throws IOException {
        if (!Files.exists(file)) {
            String serial = "SIM"
                    + java.util.UUID.randomUUID().toString().replace("-", "").substring(0, 12);
            AtomicFiles.write(file, serial.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        return Files.readString(file).trim();
    }
}
