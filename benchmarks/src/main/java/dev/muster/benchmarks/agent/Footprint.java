package dev.muster.benchmarks.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a process and all its descendants take of the machine, as {@code /proc} tells it. */
record Footprint(ProcessHandle process) {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, fixed on every Linux architecture that counts
    private static final double KIB_PER_MB = 1e6 / 1024;

    /** CPU seconds so far, of those that still live. */
    double cpuSeconds() throws IOException {
        double sum = 0;
        for (long pid : pids()) {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // Fields 14 and 15 of proc(5), counted behind the name in brackets, which may contain blanks.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            sum += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        }
        return sum;
    }

    /** Proportional set size in MB (10^6 bytes): shared pages count for each of those who share them in part. */
    double pssMb() throws IOException {
        return rollup("Pss:");
    }

    /** Memory that no file backs, in MB. */
    double anonymousMb() throws IOException {
        return rollup("Anonymous:");
    }

    private double rollup(String field) throws IOException {
        double sum = 0;
        for (long pid : pids()) {
            try {
                sum += Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
                        .filter(line -> line.startsWith(field))
                        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / KIB_PER_MB)
                        .sum();
            } catch (NoSuchFileException e) {
                // Ended meanwhile.
            }
        }
        return sum;
    }

    private List<Long> pids() {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }
}
