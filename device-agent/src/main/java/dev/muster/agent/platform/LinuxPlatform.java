package dev.muster.agent.platform;

import dev.muster.agent.apps.AppDirectory;
import dev.muster.agent.apps.AppStore;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.platform.linux.AppUnits;
import dev.muster.agent.platform.linux.LinuxFacts;
import dev.muster.agent.platform.linux.LinuxProcesses;
import dev.muster.agent.platform.linux.LinuxSamples;
import dev.muster.agent.platform.linux.Programs;
import dev.muster.agent.platform.linux.RaucSlots;
import dev.muster.agent.platform.linux.SystemFiles;
import dev.muster.agent.platform.linux.Systemd;
import dev.muster.agent.platform.linux.TimeService;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * A Linux machine: facts and telemetry from {@code /etc/os-release}, {@code /proc} and {@code /sys}, apps as files below the
 * state directory, system slots where RAUC is. {@link #sample} is for one thread; the rest is immutable.
 */
public final class LinuxPlatform implements Platform {
    private final Path system;
    private final Path state;
    private final LinuxFacts facts;
    private final LinuxSamples samples;
    private final LinuxProcesses processes;
    private final String diskTotal;
    private final AppDirectory apps;
    private final LinuxSituation situation;
    private final PermissionEnforcer permissions;
    private final Path settingsFiles;
    private final Systemd systemd;
    private final Optional<RaucSlots> slots;

    /** {@code nanos} is a clock that never goes back. */
    public LinuxPlatform(StateDir state, InstantSource clock, LongSupplier nanos) throws IOException {
        this(state, Path.of("/"), clock, nanos);
    }

    /** With another root of the file system than {@code /}, for tests. */
    LinuxPlatform(StateDir state, Path system, InstantSource clock, LongSupplier nanos) throws IOException {
        this.system = system;
        this.state = state.root();
        SystemFiles files = new SystemFiles(system);
        this.facts = new LinuxFacts(files, LinuxPlatform::addresses);
        // Kept, because finding it reads the whole mount table; what it answers later is as fresh.
        FileStore disk = Files.getFileStore(state.root());
        this.diskTotal = Long.toString(disk.getTotalSpace());
        this.samples = new LinuxSamples(files, disk);
        this.processes = new LinuxProcesses(files);
        this.settingsFiles = state.settingsFiles();
        this.apps = new AppDirectory(state.apps());
        this.situation = new LinuxSituation(system, state.situation(), clock, nanos);
        this.permissions = new VerifyOnlyEnforcer(PlatformTraits.LINUX, this::location);
        Programs programs = new Programs(system);
        this.systemd = new Systemd(system, programs);
        this.slots = RaucSlots.isConfigured(system, programs)
                ? Optional.of(new RaucSlots(
                        system, programs, new TwoSlotStore(state.journal(), "slots"), imageVersion(files)))
                : Optional.empty();
    }

    // os-release(5): IMAGE_VERSION is that of the whole image, where it was built as one.
    private static String imageVersion(SystemFiles files) {
        Map<String, String> release = files.osRelease();
        return release.getOrDefault("IMAGE_VERSION", release.getOrDefault("VERSION_ID", "unknown"));
    }

    // Link-local ones say nothing that the hardware address does not.
    private static List<String> addresses(String name) {
        try {
            NetworkInterface network = NetworkInterface.getByName(name);
            return network == null
                    ? List.of()
                    : network.inetAddresses()
                            .filter(address -> !address.isLinkLocalAddress())
                            .map(InetAddress::getHostAddress)
                            .map(text -> text.replaceFirst("%.*", ""))
                            .sorted()
                            .toList();
        } catch (SocketException e) {
            return List.of();
        }
    }

    private Optional<Path> location(String bundle) {
        try {
            return apps.location(bundle);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public String hardware() {
        return "linux-" + LinuxFacts.machine();
    }

    @Override
    public Optional<String> serial() {
        return facts.serial();
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> all = new TreeMap<>(facts.read());
        all.put("platform", "linux");
        all.put("hardware", hardware());
        all.put("slots", slots.isPresent() ? "2" : "0");
        slots.ifPresent(rauc -> all.put("slots.manager", "rauc"));
        all.put("disk.total", diskTotal);
        return all;
    }

    @Override
    public Optional<Slots> slots() {
        return slots.map(rauc -> rauc);
    }

    @Override
    public void settle() throws IOException {
        if (slots.isPresent()) {
            slots.get().settle();
        }
    }

    @Override
    public AppStore apps() {
        return apps;
    }

    @Override
    public List<Sample> sample(Instant now) {
        return samples.take(now);
    }

    @Override
    public List<Sample> processes(Instant now, List<String> names) {
        return processes.take(now, names);
    }

    // What Linux itself knows of the moment is read every ten seconds and no more often.
    @Override
    public Optional<Set<Path>> watchedDirectories() {
        return Optional.of(Set.of(state));
    }

    @Override
    public Situation situation(Instant now) {
        return situation.at(now);
    }

    @Override
    public Power power(Instant now) {
        return situation.power(now);
    }

    @Override
    public Optional<String> situationProblem() {
        return situation.problem();
    }

    @Override
    public boolean clockIsSet() {
        return situation.clockIsSet();
    }

    @Override
    public PermissionEnforcer permissions() {
        return permissions;
    }

    @Override
    public Optional<String> diagnostic(String name, Instant now) {
        return LinuxDiagnostics.run(name, system, now, clockIsSet());
    }

    @Override
    public Path settingsFiles() {
        return settingsFiles;
    }

    @Override
    public boolean restartApp(String bundle) throws IOException {
        Optional<Path> directory = apps.location(bundle);
        return directory.isPresent() && new AppUnits(systemd).restart(directory.get());
    }

    @Override
    public SystemSettings systemSettings() {
        return new TimeService(system, systemd);
    }

    @Override
    public boolean mayRestart() {
        return systemd.isThere();
    }

    // Whether the agent may is for logind and polkit to say; nobody is asked for a password.
    @Override
    public boolean reboot(String why) {
        try {
            systemd.ask("reboot");
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
