package dev.muster.benchmarks.rollout;

import dev.muster.benchmarks.ProcessCpu;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CPU of the control plane and of PostgreSQL with all its sessions, also of those that ended, as {@code /proc} tells it. */
public record ServerCpu(long server, long postgres) {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

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

    /** What lives in the control plane's heap after a collection, by a tool of the JDK that this runs in. */
    public double liveMegabytes() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process histogram = new ProcessBuilder(jcmd.toString(), Long.toString(server), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = TOTAL.matcher(text);
        if (histogram.waitFor() != 0 || !total.find()) {
            throw new IOException("jcmd did not say what is in the heap: " + text);
        }
        return Long.parseLong(total.group(1)) / 1e6;
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
