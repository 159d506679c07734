package dev.muster.agent.policy;

import dev.muster.agent.config.AgentSettings;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.SimulatedPlatform;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Installer;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.compile.CapabilityCompiler;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.permissions.PermissionEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A simulated device with real files and clocks of its own: what the agent knows of permissions, without a network. */
public final class PolicyDevice {
    static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
    public static final String CAMERA = "ohos.permission.CAMERA";
    static final String MICROPHONE = "ohos.permission.MICROPHONE";
    public static final AppKey PUMP = AppKey.of("com.example.pump");

    final StateDir state;
    final List<DeviceEvent> events = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    Instant system = START;
    long nanos = 1;
    int reports;
    Platform platform;
    DeviceTime time;
    DevicePolicy policy;

    PolicyDevice(Path directory) throws IOException {
        this.state = new StateDir(directory).create();
        this.platform = open();
        this.time = time();
        this.policy = policy();
    }

    /** Power off without a word and on again; the monotonic clock begins anew, as it does. */
    void reboot() throws IOException {
        nanos = 5;
        platform = open();
        time = time();
        policy = policy();
        policy.restore();
        policy.look();
    }

    private Platform open() throws IOException {
        return new SimulatedPlatform(state, system, () -> nanos, () -> {});
    }

    private DeviceTime time() throws IOException {
        return new DeviceTime(
                new TwoSlotStore(state.journal(), "clock"), () -> system, platform::clockIsSet, () -> nanos, START);
    }

    private DevicePolicy policy() throws IOException {
        AgentSettings settings = new AgentSettings(state.settings(), () -> nanos);
        return new DevicePolicy(
                state,
                DeviceRef.of("default", "pump-7"),
                platform,
                time,
                settings,
                events::add,
                () -> reports++,
                log::add);
    }

    /** Both clocks go on. */
    void pass(Duration duration) {
        nanos += duration.toNanos();
        system = system.plus(duration);
    }

    /** The machine loses its clock, as boards without a battery do. */
    void withoutClock() throws IOException {
        Files.writeString(device("situation.json"), "{\"clockSet\":false}");
        system = Instant.EPOCH;
    }

    Path device(String file) throws IOException {
        return state.device().resolve(file);
    }

    JsonObject table() throws IOException {
        return JsonObject.parse(Files.readAllBytes(device("permissions.json"))).object("apps");
    }

    String cell(String permission) throws IOException {
        return table().stringMap(PUMP.bundle()).getOrDefault(permission, "nothing");
    }

    void tamper(String permission, String value) throws IOException {
        Map<String, String> row = new java.util.TreeMap<>(table().stringMap(PUMP.bundle()));
        row.put(permission, value);
        Files.write(device("permissions.json"), JsonObject.write(Map.of("apps", Map.of(PUMP.bundle(), row))));
    }

    /** The permission events so far, typed; the list is emptied. */
    List<PermissionEvent> takeEvents() {
        List<PermissionEvent> result = events.stream()
                .map(PermissionEvent::read)
                .flatMap(Optional::stream)
                .toList();
        events.clear();
        return result;
    }

    void install(byte[] bundle) throws IOException {
        install(policy.policyInstaller(), target("policy", bundle, Duration.ofDays(90), "keep"), bundle);
    }

    /** What the update machine does with a target whose bytes came through. */
    void install(Installer installer, DesiredTarget target, byte[] bytes) throws IOException {
        installer.admit(target);
        try (FileChannel channel = installer.open(target)) {
            channel.write(ByteBuffer.wrap(bytes));
        }
        try {
            installer.check(target);
            installer.activate(target);
            installer.commit(target);
        } finally {
            installer.discard(target);
        }
    }

    static DesiredTarget target(String name, byte[] bytes, Duration lease, String onExpiry) {
        return new DesiredTarget(
                TargetName.parse(name),
                "policy/file",
                "*",
                "1",
                sha256(bytes),
                bytes.length,
                0,
                Optional.of(lease),
                Optional.of(onExpiry));
    }

    /** A bundle that gives the pump {@code granted}; it requests camera and microphone. */
    public static byte[] bundle(long version, Set<String> granted, PolicyDocument... more) {
        List<PolicyDocument> documents = new ArrayList<>(List.of(more));
        documents.add(Role.of("pump-role", granted));
        documents.add(Binding.of(
                "pump-binding", List.of("pump-role"), AppSelector.bundles(PUMP.bundle()), DeviceSelector.EVERYWHERE));
        return compile(version, "", documents);
    }

    /** A bundle that gives the pump its camera while {@code when} holds, at a site in {@code timeZone}. */
    static byte[] cameraWhile(long version, String timeZone, Condition when, PolicyDocument... more) {
        List<PolicyDocument> documents = new ArrayList<>(List.of(more));
        documents.add(Role.of("pump-role", Set.of(CAMERA)));
        documents.add(new Binding(
                "pump-binding",
                "",
                List.of("pump-role"),
                AppSelector.bundles(PUMP.bundle()),
                DeviceSelector.EVERYWHERE,
                UserSelector.ALL,
                when));
        return compile(version, timeZone, documents);
    }

    /** The capability file of {@code device}; empty bytes where the policy has nothing of its own for it. */
    static byte[] capabilities(long version, String device, PolicyDocument... documents) {
        return capabilities(version, device, List.of(), documents);
    }

    /** The same with ids of chain blocks that are revoked. */
    static byte[] capabilities(long version, String device, List<String> revoked, PolicyDocument... documents) {
        return CapabilityCompiler.compile(PolicySnapshot.of(version, List.of(documents)), device, profile(""), revoked)
                .map(CapabilityFile::write)
                .orElse(new byte[0]);
    }

    /** A right of the devices named to the pump's microphone, until {@code notAfter}. */
    static Capability microphoneUntil(Instant notAfter, String... devices) {
        return new Capability(
                "repair",
                "",
                new java.util.TreeSet<>(Set.of(MICROPHONE)),
                AppSelector.bundles(PUMP.bundle()),
                new DeviceSelector.Ids(new java.util.TreeSet<>(Set.of(devices))),
                UserSelector.ALL,
                Condition.ALWAYS,
                Optional.empty(),
                notAfter,
                Optional.empty());
    }

    private static DeviceProfile profile(String timeZone) {
        DeviceAttributes attributes = DeviceAttributes.of("", Set.of(), "", Set.of(), timeZone, Set.of());
        return DeviceProfile.of(attributes, List.of(AppInstance.of(PUMP, Apl.NORMAL, Set.of(CAMERA, MICROPHONE))));
    }

    private static byte[] compile(long version, String timeZone, List<PolicyDocument> documents) {
        DeviceProfile profile = profile(timeZone);
        return new BundleCompiler().compile(PolicySnapshot.of(version, documents), profile);
    }

    static GuardRail endsWithTheLease(String permission) {
        return GuardRail.of(
                "ends",
                "",
                Set.of(),
                Optional.<Set<String>>empty(),
                Set.of(permission),
                AppSelector.ALL,
                DeviceSelector.EVERYWHERE,
                UserSelector.ALL,
                Condition.ALWAYS);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
