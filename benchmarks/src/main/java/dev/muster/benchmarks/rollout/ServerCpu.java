package dev.muster.benchmarks.rollout;

import dev.muster.benchmarks.ProcessCpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU of the control plane and of PostgreSQL with all its sessions, also of those that ended, as {@code /proc} tells it. */
public record ServerCpu(long server, long postgres) {
    /** Both, as {@code ./muster up} noted them below {@code data}. */
    public static ServerCpu below(Path data) throws IOException {
        return new ServerCpu(pid(data, "server"), pid(data, "postgresql"));
    }

    /** Seconds of both so far. */
    public double seconds() {
        return ProcessCpu.seconds(server) + postgresSeconds();
    }

    /** Memory of the control plane now, as {@code VmRSS} tells it. */
    public double serverMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + server + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }

    /** Seconds of PostgreSQL so far. */
    double postgresSeconds() {
        return ProcessCpu.ofTree(postgres);
    }

    private static long pid(Path data, String name) throws IOException {
        return Long.parseLong(
                Files.readString(data.resolve("log/" + name + ".pid")).strip().split("\\s", 2)[0]);
    }
}
