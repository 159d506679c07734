package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.muster.agent.apps.AppStore;
import dev.muster.agent.apps.AppWatch;
import dev.muster.agent.config.AgentSettings;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.SimulatedPlatform;
import dev.muster.agent.policy.DevicePolicy;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.settings.ManagedFiles;
import dev.muster.agent.settings.SettingsKeeper;
import dev.muster.agent.store.StateStore;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.AppInstaller;
import dev.muster.agent.update.ContentSource;
import dev.muster.agent.update.DeltaOffers;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Downloads;
import dev.muster.agent.update.ImageInstaller;
import dev.muster.agent.update.InstallGate;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.Journal;
import dev.muster.agent.update.SettingsInstaller;
import dev.muster.agent.update.UpdateMachine;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A simulated device with real files, without a network: what the agent core does between power cuts. */
final class Device {
    static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    final StateDir state;
    final Map<String, byte[]> content = new HashMap<>();
    final List<Long> offsets = new ArrayList<>();
    UnaryOperator<StateStore> storeSeam = store -> store;
    UnaryOperator<AppStore> appsSeam = store -> store;
    boolean hasSlots = true;
    boolean hasPolicy;
    InstallGate gate = InstallGate.OPEN;
    DeltaOffers offers = DeltaOffers.NONE;
    final List<String> lines = new ArrayList<>();
    final Map<String, Long> read = new HashMap<>();
    InstantSource clock = () -> NOW;
    Consumer<AgentState> changed = state -> {};

    /** Power-on: everything in memory is new. */
    final class Running {
        final Platform platform;
        final Journal journal;
        final Reconciler reconciler;
        final SettingsKeeper keeper;
        final Optional<DevicePolicy> policy;
        final List<String> refused;

        Running() throws IOException {
            platform = new SimulatedPlatform(state, NOW, () -> 0, () -> {});
            journal = new Journal(storeSeam.apply(new TwoSlotStore(state.journal(), "agent")), changed);
            Downloads downloads = new Downloads(state.downloads());
            keeper = new SettingsKeeper(
                    state.settings(),
                    state.settingsCopy(),
                    storeSeam.apply(new TwoSlotStore(state.journal(), "settings")),
                    new ManagedFiles(platform.settingsFiles(), new TwoSlotStore(state.journal(), "settings-files")),
                    platform.systemSettings(),
                    event -> {},
                    clock,
                    () -> 0,
                    line -> {});
            policy = hasPolicy ? Optional.of(policy(platform)) : Optional.empty();
            refused = policy.isPresent() ? policy.get().restore() : List.of();
            Function<TargetName, Installer> installers = name -> switch (name) {
                case TargetName.Image i -> new ImageInstaller(hasSlots ? platform.slots() : Optional.empty());
                case TargetName.App app ->
                    new AppInstaller(app.bundle(), appsSeam.apply(platform.apps()), downloads, keeper::allowsApp);
                case TargetName.Settings s -> new SettingsInstaller(state.settings(), downloads, keeper);
                case TargetName.Policy p -> policy.orElseThrow().policyInstaller();
                case TargetName.Capabilities c -> policy.orElseThrow().capabilitiesInstaller();
                case TargetName.PolicyShadow s -> policy.orElseThrow().shadowInstaller();
            };
            UpdateMachine machine = new UpdateMachine(
                    journal, installers, Device.this::open, () -> false, () -> true, gate, clock, offers, lines::add);
            reconciler = new Reconciler(journal, machine, installers, clock, line -> {});
        }
    }

    /** Whose last contact was at {@link #NOW}, as every pass makes it. */
    private DevicePolicy policy(Platform platform) throws IOException {
        DeviceTime time = new DeviceTime(
                storeSeam.apply(new TwoSlotStore(state.journal(), "clock")), clock, () -> true, () -> 0, NOW);
        time.contact(Optional.of(clock.instant()));
        return new DevicePolicy(
                state,
                DeviceRef.of("default", "pump-7"),
                platform,
                time,
                new AgentSettings(state.settings(), () -> 0),
                event -> {},
                () -> {},
                line -> {});
    }

    Device(Path directory) throws IOException {
        this.state = new StateDir(directory).create();
    }

    Running powerOn() throws IOException {
        return new Running();
    }

    /** What this test device keeps of the past: a run of years would take it for growth of the agent. */
    void forgetWhatWasAsked() {
        content.clear();
        offsets.clear();
        lines.clear();
        read.clear();
    }

    /** Runs to the end, restarting when the device asks for it; at most a hundred starts. */
    AgentState settle(DesiredState desired) throws IOException {
        for (int start = 0; start < 100; start++) {
            Running running = powerOn();
            new AppWatch(running.platform.apps(), () -> 0).lookIfDue();
            Reconciler.Result result = running.reconciler.resume();
            if (result != Reconciler.Result.RESTARTING) {
                result = running.reconciler.reconcile(desired);
            }
            if (result == Reconciler.Result.SETTLED || result == Reconciler.Result.HELD) {
                return running.journal.state();
            }
        }
        throw new AssertionError("the device restarts for ever");
    }

    DesiredTarget target(String name, byte[] bytes, String version, long counter) {
        String sha256 = sha256(bytes);
        content.put(sha256, bytes);
        return new DesiredTarget(
                TargetName.parse(name),
                "some/path",
                "*",
                version,
                sha256,
                bytes.length,
                counter,
                Optional.empty(),
                Optional.empty());
    }

    byte[] bytes(DesiredTarget target) {
        return java.util.Objects.requireNonNull(content.get(target.sha256()));
    }

    static byte[] image(String version, String... header) {
        return ("muster-image\nversion=" + version + "\n" + String.join("\n", header) + "\n\n"
                        + "payload ".repeat(1000))
                .getBytes(UTF_8);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private ContentSource.Part open(String sha256, long offset) throws IOException {
        offsets.add(offset);
        byte[] bytes = content.get(sha256);
        if (bytes == null) {
            throw new ContentSource.MissingException("no such target");
        }
        InputStream stream = new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset) {
            @Override
            public synchronized int read(byte[] target, int from, int length) {
                int count = super.read(target, from, length);
                read.merge(sha256, (long) Math.max(0, count), Long::sum);
                return count;
            }
        };
        return new ContentSource.Part() {
            @Override
            public long offset() {
                return offset;
            }

            @Override
            public InputStream stream() {
                return stream;
            }

            @Override
            public void close() {}
        };
    }
}
