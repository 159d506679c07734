package dev.muster.agent.platform.linux;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a Linux machine says of itself: distribution, kernel, board, processor, memory, network, what it runs in. Everything that
 * changes by the minute is telemetry and not here.
 */
public final class LinuxFacts {
    private static final int INTERFACES = 8;
    private static final int VALUE_CHARS = 128;

    private final SystemFiles files;
    private final Function<String, List<String>> addresses;

    /** {@code addresses} gives those of an interface by its name. */
    public LinuxFacts(SystemFiles files, Function<String, List<String>> addresses) {
        this.files = files;
        this.addresses = addresses;
    }

    /** Facts by their names; only those that the machine tells. */
    public Map<String, String> read() {
        Map<String, String> facts = new TreeMap<>();
        Map<String, String> release = files.osRelease();
        facts.put("os.id", release.getOrDefault("ID", "linux"));
        facts.put("os.name", release.getOrDefault("NAME", "Linux"));
        facts.put("os.version", release.getOrDefault("VERSION_ID", "unknown"));
        put(facts, "os.image", Optional.ofNullable(release.get("IMAGE_VERSION")));
        put(facts, "kernel.version", files.value("proc/sys/kernel/osrelease"));
        facts.put("machine", files.value("proc/sys/kernel/arch").orElseGet(LinuxFacts::machine));
        put(facts, "host.name", files.value("etc/hostname"));
        put(facts, "boot.id", files.value("proc/sys/kernel/random/boot_id"));
        put(facts, "boot.time", bootTime());
        facts.put("virtualization", virtualization());
        board(facts);
        put(facts, "serial", serial());
        String processors = files.text("proc/cpuinfo").orElse("");
        facts.put("cpu.count", Integer.toString(processors(processors)));
        put(facts, "cpu.model", field(processors, "model name").or(() -> field(processors, "Hardware")));
        put(facts, "memory.total", memoryTotal());
        network(facts);
        return facts;
    }

    /**
     * Of the board where it tells one, else of the installation; a board's is readable only where the kernel lets us. The
     * machine id is not secret among our own.
     */
    public Optional<String> serial() {
        return files.value("sys/class/dmi/id/product_serial")
                .filter(LinuxFacts::isSerial)
                .or(() -> files.value("proc/device-tree/serial-number").filter(LinuxFacts::isSerial))
                .or(() -> files.value("etc/machine-id").filter(LinuxFacts::isSerial));
    }

    // Firmware that nobody filled in says so in many words; those are no one's serial number.
    private static boolean isSerial(String text) {
        return text.matches("[A-Za-z0-9._-]{1,64}")
                && !text.matches("(?i)0+|none|unknown|default|n\\.?a\\.?|system-serial-number|to-be-filled.*");
    }

    /** Names of what the machine runs in, as systemd-detect-virt(1) has them; {@code none} on bare metal, {@code vm} where unknown. */
    String virtualization() {
        return container().or(this::hypervisor).orElse("none");
    }

    private Optional<String> container() {
        if (files.exists("run/.containerenv")) {
            return Optional.of("podman");
        }
        if (files.exists(".dockerenv")) {
            return Optional.of("docker");
        }
        Optional<String> told = files.value("run/systemd/container").filter(text -> text.matches("[a-z0-9-]{1,32}"));
        boolean wsl = files.value("proc/sys/kernel/osrelease")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .contains("microsoft");
        return told.or(() -> wsl ? Optional.of("wsl") : Optional.empty());
    }

    private Optional<String> hypervisor() {
        if (files.value("sys/hypervisor/type").equals(Optional.of("xen"))) {
            return Optional.of("xen");
        }
        String board = files.value("sys/class/dmi/id/sys_vendor").orElse("") + " "
                + files.value("sys/class/dmi/id/product_name").orElse("");
        Map<String, String> names = Map.of(
                "KVM", "kvm",
                "QEMU", "qemu",
                "VMware", "vmware",
                "innotek GmbH", "oracle",
                "Amazon EC2", "amazon",
                "Google Compute Engine", "google",
                "Parallels", "parallels",
                "Microsoft Corporation Virtual Machine", "microsoft");
        Optional<String> known = names.keySet().stream()
                .sorted()
                .filter(board::contains)
                .map(names::get)
                .findFirst();
        // x86 sets a flag for guests; a board with a device tree names its hypervisor in it.
        boolean guest =
                (" " + field(files.text("proc/cpuinfo").orElse(""), "flags").orElse("") + " ").contains(" hypervisor ")
                        || files.exists("proc/device-tree/hypervisor");
        return known.or(() -> guest ? Optional.of("vm") : Optional.empty());
    }

    private void board(Map<String, String> facts) {
        put(facts, "board.vendor", files.value("sys/class/dmi/id/sys_vendor"));
        put(
                facts,
                "board.name",
                files.value("sys/class/dmi/id/product_name").or(() -> files.value("proc/device-tree/model")));
        put(facts, "firmware.version", files.value("sys/class/dmi/id/bios_version"));
    }

    // Cards and radios; bridges, tunnels and a container's ends come and go, and would fill the list.
    private void network(Map<String, String> facts) {
        files.names("sys/class/net").stream()
                .filter(name -> name.matches("[A-Za-z0-9._-]{1,15}"))
                .filter(name -> files.exists("sys/class/net/" + name + "/device") || isDefault(name))
                .limit(INTERFACES)
                .forEach(name -> {
                    put(facts, "net." + name + ".mac", files.value("sys/class/net/" + name + "/address"));
                    List<String> found = addresses.apply(name);
                    if (!found.isEmpty()) {
                        put(facts, "net." + name + ".addresses", Optional.of(String.join(",", found)));
                    }
                });
    }

    // proc(5), /proc/net/route: Iface Destination ...
    private boolean isDefault(String name) {
        return files.text("proc/net/route").orElse("").lines().anyMatch(line -> line.startsWith(name + "\t00000000\t"));
    }

    private Optional<String> bootTime() {
        return files.text("proc/stat").flatMap(text -> text.lines()
                .filter(line -> line.matches("btime [0-9]{1,12}"))
                .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring("btime ".length())))
                        .toString())
                .findFirst());
    }

    private Optional<String> memoryTotal() {
        return files.text("proc/meminfo").flatMap(text -> text.lines()
                .filter(line -> line.matches("MemTotal: +[0-9]{1,15} kB"))
                .map(line -> Long.toString(Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024))
                .findFirst());
    }

    private static int processors(String cpuinfo) {
        int listed = (int)
                cpuinfo.lines().filter(line -> line.matches("processor\\s*:.*")).count();
        return listed == 0 ? Runtime.getRuntime().availableProcessors() : listed;
    }

    private static Optional<String> field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .filter(line -> line.substring(name.length()).matches("\\s*:.*"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    /** The kernel's name of the processor's kind, from the JVM's. */
    public static String machine() {
        return switch (System.getProperty("os.arch", "unknown").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x86_64";
            case String other -> other;
        };
    }

    private static void put(Map<String, String> facts, String name, Optional<String> value) {
        value.map(text -> text.length() <= VALUE_CHARS ? text : text.substring(0, VALUE_CHARS))
                .ifPresent(text -> facts.put(name, text));
    }
}
