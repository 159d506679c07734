package dev.muster.agent.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a person would look at first on a Linux machine, read from {@code /proc} and the JDK. Processes without their
 * arguments, which may hold secrets. Stateless.
 */
final class LinuxDiagnostics {
    private static final int MAX_FILE = 32 << 10;
    private static final int MAX_PROCESSES = 200;

    private LinuxDiagnostics() {}

    static Optional<String> run(String name, Path system, Instant now, boolean clockSet) {
        return switch (name) {
            case "network" ->
                Optional.of(interfaces() + section(system, "proc/net/dev") + section(system, "proc/net/route"));
            case "storage" -> Optional.of(stores() + section(system, "proc/meminfo"));
            case "processes" -> Optional.of(processes() + section(system, "proc/loadavg"));
            case "clock" -> Optional.of("time " + now + "\nset " + clockSet + "\n" + section(system, "proc/uptime"));
            default -> Optional.empty();
        };
    }

    private static String interfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .map(LinuxDiagnostics::line)
                    .collect(Collectors.joining("\n", "", "\n"));
        } catch (SocketException e) {
            return "interfaces cannot be read: " + e.getMessage() + "\n";
        }
    }

    private static String line(NetworkInterface network) {
        String addresses =
                network.inetAddresses().map(InetAddress::getHostAddress).collect(Collectors.joining(" "));
        try {
            return network.getName() + (network.isUp() ? " up " : " down ") + addresses;
        } catch (SocketException e) {
            return network.getName() + " " + addresses;
        }
    }

    private static String stores() {
        StringBuilder text = new StringBuilder();
        for (FileStore store : FileSystems.getDefault().getFileStores()) {
            try {
                if (store.getTotalSpace() > 0) {
                    text.append(store)
                            .append(' ')
                            .append(store.type())
                            .append(" total ")
                            .append(store.getTotalSpace())
                            .append(" free ")
                            .append(store.getUsableSpace())
                            .append('\n');
                }
            } catch (IOException e) {
                text.append(store.name()).append(" cannot be asked\n");
            }
        }
        return text.toString();
    }

    private static String processes() {
        List<String> lines = ProcessHandle.allProcesses()
                .limit(MAX_PROCESSES)
                .map(process -> process.pid() + " " + process.info().command().orElse("?"))
                .toList();
        return String.join("\n", lines) + "\n";
    }

    private static String section(Path system, String path) {
        try (var in = Files.newInputStream(system.resolve(path))) {
            return "# /" + path + "\n" + new String(in.readNBytes(MAX_FILE), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "# /" + path + " cannot be read\n";
        }
    }
}
