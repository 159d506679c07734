package dev.muster.simulator.run;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this machine allows.
 *
 * @param openFiles of this process
 * @param ports that connections from one address can have
 */
record MachineLimits(long openFiles, long ports) {
    private static final Path PORTS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    /** Beside sessions: libraries, HTTPS, files. */
    private static final int BESIDE = 500;

    /** Those of this process on this machine. */
    static MachineLimits here() throws IOException {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        long ports = Long.MAX_VALUE;
        if (Files.exists(PORTS)) {
            // Read at once: the kernel gives such a file to the first read alone, and reading a whole file begins with
            // one byte.
            String[] range;
            try (BufferedReader reader = Files.newBufferedReader(PORTS)) {
                range = String.valueOf(reader.readLine()).strip().split("\\s+", -1);
            }
            ports = Long.parseLong(range[1]) - Long.parseLong(range[0]) + 1;
        }
        return new MachineLimits(files, ports);
    }

    /**
     * Whether so many devices can be connected from so many addresses (none: one).
     *
     * @throws IllegalArgumentException saying what is needed
     */
    void require(int devices, int sources) {
        if (devices + BESIDE > openFiles) {
            throw new IllegalArgumentException("expected room for " + (devices + BESIDE)
                    + " open files for " + devices + " devices, found " + openFiles + "; raise it with `ulimit -n "
                    + (devices + BESIDE) + "`");
        }
        long room = ports == Long.MAX_VALUE ? ports : (ports - BESIDE) * Math.max(1, sources);
        if (devices > room) {
            throw new IllegalArgumentException("expected ports for " + devices + " connections, found " + room
                    + "; name more addresses to connect from, such as `--from 127.0.0.1,127.0.0.2`");
        }
    }
}
