package dev.muster.agent.platform;

import dev.muster.agent.apps.AppStore;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.platform.openharmony.Board;
import dev.muster.agent.platform.openharmony.BundleManager;
import dev.muster.agent.platform.openharmony.BundleStore;
import dev.muster.agent.platform.openharmony.DeviceFacts;
import dev.muster.agent.platform.openharmony.DeviceSettings;
import dev.muster.agent.platform.openharmony.InstalledBundle;
import dev.muster.agent.platform.openharmony.Parameters;
import dev.muster.agent.platform.openharmony.Places;
import dev.muster.agent.platform.openharmony.SystemTools;
import dev.muster.agent.platform.openharmony.TokenEnforcer;
import dev.muster.agent.platform.openharmony.Tools;
import dev.muster.agent.platform.openharmony.UpdaterSlots;
import dev.muster.policy.condition.Situation;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A standard system of OpenHarmony, through its own tools. Its kernel is Linux, so samples, power, clock and situation are those of
 * {@link LinuxPlatform}. Tried against stand-ins of the tools only: no device was at hand.
 */
public final class OpenHarmonyPlatform implements Platform {
    /** Facts do not change while a system runs, but may be refused early in its start. */
    private static final long FACTS_FRESH_NANOS = Duration.ofMinutes(10).toNanos();

    private final LinuxPlatform kernel;
    private final StateDir state;
    private final Tools tools;
    private final DeviceFacts facts;
    private final BundleManager bundles;
    private final BundleStore apps;
    private final TokenEnforcer permissions;
    private final DeviceSettings settings;
    private final Optional<UpdaterSlots> slots;
    private final String hardware;
    private final LongSupplier nanos;
    private Map<String, String> told = Map.of();
    private long toldAt;

    /** {@code nanos} is a clock that never goes back. */
    public OpenHarmonyPlatform(StateDir state, InstantSource clock, LongSupplier nanos) throws IOException {
        this(state, clock, nanos, Places.of(state.root()));
    }

    private OpenHarmonyPlatform(StateDir state, InstantSource clock, LongSupplier nanos, Places places)
            throws IOException {
        this(state, clock, nanos, places, new SystemTools(places.tools()));
    }

    /** With other tools, for tests. */
    OpenHarmonyPlatform(StateDir state, InstantSource clock, LongSupplier nanos, Places places, Tools tools)
            throws IOException {
        this.kernel = new LinuxPlatform(state, places.root(), clock, nanos);
        this.state = state;
        this.tools = tools;
        this.nanos = nanos;
        this.facts = new DeviceFacts(new Parameters(tools), tools);
        this.hardware = facts.hardware();
        this.bundles = new BundleManager(tools, nanos);
        this.apps = new BundleStore(bundles, state.bundles());
        this.permissions = new TokenEnforcer(tools, bundles, places, facts.debugBuild(), nanos);
        this.settings = new DeviceSettings(tools, bundles, state.bundles().resolve("disabled.json"));
        Optional<Board> board = Board.read(places.board());
        this.slots = board.isEmpty()
                ? Optional.empty()
                : Optional.of(new UpdaterSlots(
                        board.get(), places.root(), tools, state.journal().resolve("updater.json")));
    }

    @Override
    public String name() {
        return "openharmony";
    }

    @Override
    public String hardware() {
        return hardware;
    }

    @Override
    public Optional<String> serial() {
        try {
            return facts.serial();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public synchronized Map<String, String> facts() {
        long now = nanos.getAsLong();
        if (told.isEmpty() || now - toldAt > FACTS_FRESH_NANOS) {
            try {
                Map<String, String> next = new TreeMap<>(facts.read());
                // What the preview of a rollout rests on: two only where the board itself says that it can go back.
                next.put(
                        "slots",
                        slots.map(known -> known.canGoBack() ? "2" : "1").orElse("0"));
                next.put("muster.helper", permissions.helper().present() ? "present" : "absent");
                kernelVersion().ifPresent(version -> next.put("kernel.version", version));
                told = Map.copyOf(next);
                toldAt = now;
            } catch (IOException e) {
                // What was told before still holds; at the very start there is nothing but the platform's name.
                return told.isEmpty() ? Map.of("platform", name(), "hardware", hardware) : told;
            }
        }
        return told;
    }

    private Optional<String> kernelVersion() {
        return Optional.ofNullable(kernel.facts().get("kernel.version"));
    }

    @Override
    public Optional<Slots> slots() {
        return slots.map(Function.identity());
    }

    @Override
    public SystemSettings systemSettings() {
        return settings;
    }

    @Override
    public AppStore apps() {
        return apps;
    }

    @Override
    public List<Sample> sample(Instant now) {
        return kernel.sample(now);
    }

    @Override
    public List<Sample> processes(Instant now, List<String> names) {
        return kernel.processes(now, names);
    }

    @Override
    public Situation situation(Instant now) {
        return kernel.situation(now);
    }

    @Override
    public Power power(Instant now) {
        return kernel.power(now);
    }

    @Override
    public Optional<String> situationProblem() {
        return kernel.situationProblem();
    }

    @Override
    public boolean clockIsSet() {
        return kernel.clockIsSet();
    }

    @Override
    public PermissionEnforcer permissions() {
        return permissions;
    }

    @Override
    public Optional<String> diagnostic(String name, Instant now) {
        return kernel.diagnostic(name, now);
    }

    @Override
    public Path settingsFiles() {
        return state.settingsFiles();
    }

    /** Stops every process of the app and starts its main ability. */
    @Override
    public boolean restartApp(String bundle) throws IOException {
        String ability = bundles.find(bundle)
                .flatMap(InstalledBundle::ability)
                .orElseThrow(() -> new IOException("`" + bundle + "` has no main ability that could be started"));
        require("force stop process successfully", tools.read("aa", "force-stop", bundle));
        require("start ability successfully", tools.read("aa", "start", "-b", bundle, "-a", ability));
        return true;
    }

    private static void require(String words, String answer) throws IOException {
        if (answer.lines().map(String::strip).noneMatch(line -> line.startsWith(words))) {
            throw new IOException(
                    "expected `" + words + "`, found `" + answer.strip().replaceAll("\\s+", " ") + "`");
        }
    }

    @Override
    public boolean mayRestart() {
        return true;
    }

    @Override
    public boolean reboot(String why) {
        try {
            tools.read("reboot");
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
