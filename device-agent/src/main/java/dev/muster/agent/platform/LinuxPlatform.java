package dev.muster.agent.platform;

import dev.muster.agent.apps.AppDirectory;
import dev.muster.agent.apps.AppStore;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.platform.linux.Programs;
import dev.muster.agent.platform.linux.RaucSlots;
import dev.muster.agent.platform.linux.Systemd;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * A Linux machine: facts and telemetry from {@code /etc/os-release}, {@code /proc} and {@code /sys}, apps as files below the
 * state directory, system slots where RAUC is. {@link #sample} is for one thread; the rest is immutable.
 */
public final class LinuxPlatform implements Platform {
    private static final int TEXT_BYTES = 64 << 10;

    // What is wanted of these two stands in their first lines; the rest grows with the machine.
    private static final int STAT_LINE_BYTES = 256;
    private static final int MEMINFO_BYTES = 512;

    private final Path system;
    private final FileStore disk;
    private final AppDirectory apps;
    private final LinuxSituation situation;
    private final PermissionEnforcer permissions;
    private final Path settingsFiles;
    private final Systemd systemd;
    private final Optional<RaucSlots> slots;
    private long lastBusy;
    private long lastTotal;

    /** {@code nanos} is a clock that never goes back. */
    public LinuxPlatform(StateDir state, InstantSource clock, LongSupplier nanos) throws IOException {
        this(state, Path.of("/"), clock, nanos);
    }

    /** With another root of the file system than {@code /}, for tests. */
    LinuxPlatform(StateDir state, Path system, InstantSource clock, LongSupplier nanos) throws IOException {
        this.system = system;
        // Kept, because finding it reads the whole mount table; what it answers later is as fresh.
        this.disk = Files.getFileStore(state.root());
        this.settingsFiles = state.settingsFiles();
        this.apps = new AppDirectory(state.apps());
        this.situation = new LinuxSituation(system, state.situation(), clock, nanos);
        this.permissions = new VerifyOnlyEnforcer(PlatformTraits.LINUX, this::location);
        Programs programs = new Programs(system);
        this.systemd = new Systemd(system, programs);
        this.slots = RaucSlots.isConfigured(system, programs)
                ? Optional.of(new RaucSlots(
                        system, programs, new TwoSlotStore(state.journal(), "slots"), imageVersion()))
                : Optional.empty();
    }

    // os-release(5): IMAGE_VERSION is that of the whole image, where it was built as one.
    private String imageVersion() {
        Map<String, String> release = keyValues(text("etc/os-release").orElse(""));
        return release.getOrDefault("IMAGE_VERSION", release.getOrDefault("VERSION_ID", "unknown"));
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
        return "linux-"
                + switch (System.getProperty("os.arch", "unknown").toLowerCase(Locale.ROOT)) {
                    case "amd64", "x86_64" -> "x86_64";
                    case String other -> other;
                };
    }

    // The machine id is not secret among our own; a board's serial number is readable only where the kernel lets us.
    @Override
    public Optional<String> serial() {
        return text("sys/class/dmi/id/product_serial")
                .or(() -> text("proc/device-tree/serial-number"))
                .or(() -> text("etc/machine-id"))
                .map(value -> value.replace("\0", "").trim())
                .filter(value -> value.matches("[A-Za-z0-9._-]{1,64}"));
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>();
        facts.put("platform", "linux");
        facts.put("hardware", hardware());
        facts.put("slots", slots.isPresent() ? "2" : "0");
        slots.ifPresent(rauc -> facts.put("slots.manager", "rauc"));
        Map<String, String> release = keyValues(text("etc/os-release").orElse(""));
        facts.put("os.name", release.getOrDefault("NAME", "Linux"));
        facts.put("os.version", release.getOrDefault("VERSION_ID", "unknown"));
        text("proc/sys/kernel/osrelease").ifPresent(value -> facts.put("kernel.version", value.trim()));
        text("etc/hostname").ifPresent(value -> facts.put("host.name", value.trim()));
        text("sys/class/dmi/id/product_name").ifPresent(value -> facts.put("board.name", value.trim()));
        facts.put("cpu.count", Integer.toString(Runtime.getRuntime().availableProcessors()));
        Map<String, Long> memory = memory();
        if (memory.containsKey("MemTotal")) {
            facts.put("memory.total", Long.toString(memory.get("MemTotal") * 1024));
        }
        return facts;
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
        long at = now.toEpochMilli();
        List<Sample> samples = new ArrayList<>();
        cpu().ifPresent(load -> samples.add(new Sample("cpu.load", at, load)));
        Map<String, Long> memory = memory();
        Long total = memory.get("MemTotal");
        Long available = memory.get("MemAvailable");
        if (total != null && available != null && total > 0) {
            samples.add(new Sample("memory.used", at, share(total - available, total)));
        }
        try {
            long size = disk.getTotalSpace();
            if (size > 0) {
                samples.add(new Sample("disk.used", at, share(size - disk.getUsableSpace(), size)));
            }
        } catch (IOException e) {
            // A disk that cannot be asked is one value less, not a reason to lose the others.
        }
        text("proc/uptime")
                .map(value -> value.split("[. ]", 2)[0])
                .filter(value -> value.matches("[0-9]{1,15}"))
                .ifPresent(value -> samples.add(new Sample("uptime.seconds", at, Long.parseLong(value))));
        return List.copyOf(samples);
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
    public boolean restartApp(String bundle) {
        return false;
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

    // Busy share of all cores since the call before; the first call has nothing to compare with.
    private Optional<Double> cpu() {
        String[] fields = start("proc/stat", STAT_LINE_BYTES)
                .orElse("")
                .split("\n", 2)[0]
                .trim()
                .split(" +", -1);
        if (fields.length < 6 || !fields[0].equals("cpu")) {
            return Optional.empty();
        }
        long total = 0;
        for (int i = 1; i < Math.min(fields.length, 9); i++) {
            total += Long.parseLong(fields[i]);
        }
        long busy = total - Long.parseLong(fields[4]) - Long.parseLong(fields[5]);
        long passed = total - lastTotal;
        Optional<Double> load =
                lastTotal == 0 || passed <= 0 ? Optional.empty() : Optional.of(share(busy - lastBusy, passed));
        lastTotal = total;
        lastBusy = busy;
        return load;
    }

    private static double share(long part, long whole) {
        return Math.round(Math.clamp((double) part / whole, 0.0, 1.0) * 10_000) / 10_000.0;
    }

    private Map<String, Long> memory() {
        Map<String, Long> result = new TreeMap<>();
        String text = start("proc/meminfo", MEMINFO_BYTES).orElse("");
        for (String name : List.of("MemTotal", "MemAvailable")) {
            number(text, name + ":").ifPresent(value -> result.put(name, value));
        }
        return result;
    }

    // By hand: this runs every ten seconds for ever, in an interpreter or the simplest compiler.
    private static Optional<Long> number(String text, String label) {
        int at = text.indexOf(label);
        if (at < 0) {
            return Optional.empty();
        }
        int begin = at + label.length();
        while (begin < text.length() && text.charAt(begin) == ' ') {
            begin++;
        }
        int end = begin;
        while (end < text.length() && end - begin < 15 && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end == begin ? Optional.empty() : Optional.of(Long.parseLong(text.substring(begin, end)));
    }

    private static Map<String, String> keyValues(String text) {
        Map<String, String> result = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                String value = line.substring(equals + 1).trim();
                boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
                result.put(line.substring(0, equals), quoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return result;
    }

    private Optional<String> text(String path) {
        return start(path, TEXT_BYTES);
    }

    private Optional<String> start(String path, int bytes) {
        try {
            // Files of /proc and /sys announce no size, so they are read as streams; none of ours is longer than this.
            try (var in = Files.newInputStream(system.resolve(path))) {
                return Optional.of(new String(in.readNBytes(bytes), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
