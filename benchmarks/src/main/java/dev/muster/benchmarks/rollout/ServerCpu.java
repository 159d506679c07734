package dev.muster.benchmarks.rollout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** CPU of the control plane and of PostgreSQL with all its sessions, also of those that ended, as {@code /proc} tells it. */
public record ServerCpu(long server, long postgres) {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, fixed on every Linux architecture that counts

    /** Both, as {@code ./muster up} noted them below {@code data}. */
    public static ServerCpu below(Path data) throws IOException {
        return new ServerCpu(pid(data, "server"), pid(data, "postgresql"));
    }

    /** Seconds of both so far. */
    public double seconds() {
        return own(server) + postgresSeconds();
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
        return own(postgres)
                + ProcessHandle.of(postgres).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToDouble(session -> own(session.pid()))
                        .sum();
    }

    private static long pid(Path data, String name) throws IOException {
        return Long.parseLong(
                Files.readString(data.resolve("log/" + name + ".pid")).strip().split("\\s", 2)[0]);
    }

    // With what it waited for: a session that ended counts on.
    private static double own(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // Fields 14 to 17 of proc(5), counted behind the name in brackets, which may contain blanks.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = 11; field <= 14; field++) {
                ticks += Long.parseLong(fields[field]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (NoSuchFileException e) {
            return 0; // ended meanwhile; its parent counts it
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
