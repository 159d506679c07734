package dev.muster.agent.platform.linux;

import dev.muster.agent.platform.SystemSettings;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings {@code ntp.servers} in the machine's own time service: systemd-timesyncd or chrony, whichever reads a link to
 * {@code /etc/muster-agent/time}, the one directory outside of the state that the agent may write to. Where neither does,
 * they stay the file they are everywhere. What lies there is ours, and put back. One thread.
 */
public final class TimeService implements SystemSettings {
    /** The member that this brings about. */
    static final String SERVERS = "ntp.servers";

    private static final String DIRECTORY = "etc/muster-agent/time";

    /** What the service was restarted with: a power cut between writing and restarting must not leave it with the old. */
    private static final String TAKEN = "taken";

    private final Path system;
    private final Systemd systemd;

    public TimeService(Path system, Systemd systemd) {
        this.system = system;
        this.systemd = systemd;
    }

    /** A time service, by the link with which an administrator lets it read our file. */
    private enum Service {
        TIMESYNCD("etc/systemd/timesyncd.conf.d/50-muster.conf", "timesyncd.conf", "systemd-timesyncd.service"),
        CHRONY("etc/chrony/sources.d/muster.sources", "chrony.sources", "chrony.service");

        private final String link;
        private final String file;
        private final String unit;

        Service(String link, String file, String unit) {
            this.link = link;
            this.file = file;
            this.unit = unit;
        }

        String text(List<String> servers) {
            return switch (this) {
                case TIMESYNCD -> "[Time]\nNTP=" + String.join(" ", servers) + "\n";
                case CHRONY -> {
                    StringBuilder lines = new StringBuilder();
                    servers.forEach(
                            server -> lines.append("server ").append(server).append(" iburst\n"));
                    yield lines.toString();
                }
            };
        }
    }

    @Override
    public Held hold(JsonObject settings) throws IOException {
        Held others = SystemSettings.NONE.hold(settings);
        Set<String> changed = new TreeSet<>(others.changed());
        Map<String, String> refused = new TreeMap<>(others.refused());
        List<String> servers = settings.optionalObject("ntp")
                .map(ntp -> ntp.strings("servers"))
                .orElse(List.of());
        List<String> problems = new ArrayList<>();
        for (Service service : Service.values()) {
            if (Files.isSymbolicLink(system.resolve(service.link))) {
                try {
                    if (use(service, servers)) {
                        changed.add(SERVERS);
                    }
                } catch (IOException e) {
                    problems.add(service.unit + ": " + e.getMessage());
                }
            }
        }
        if (!problems.isEmpty()) {
            refused.put(SERVERS, String.join("; ", problems));
        }
        return new Held(changed, refused);
    }

    private boolean use(Service service, List<String> servers) throws IOException {
        Path file = system.resolve(DIRECTORY).resolve(service.file);
        byte[] wanted = servers.isEmpty() ? new byte[0] : service.text(servers).getBytes(StandardCharsets.UTF_8);
        boolean changes = !Arrays.equals(content(file), wanted);
        if (changes) {
            if (wanted.length == 0) {
                Files.deleteIfExists(file);
            } else {
                AtomicFiles.write(file, wanted);
                // Read by a service that is somebody else.
                Files.setPosixFilePermissions(
                        file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
        Path taken = file.resolveSibling(service.file + "." + TAKEN);
        if (changes || !Arrays.equals(content(taken), wanted)) {
            Files.deleteIfExists(taken);
            systemd.ask("restart", service.unit);
            if (wanted.length > 0) {
                AtomicFiles.write(taken, wanted);
            }
        }
        return changes;
    }

    // Nothing stands for a file that is not there; anything else than a plain file is not what we wrote.
    private static byte[] content(Path file) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Files.readAllBytes(file);
        }
        return new byte[0];
    }
}
