package dev.muster.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** CPU of other processes, as {@code /proc} tells it. Linux only. */
public final class ProcessCpu {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, fixed on every Linux architecture that counts

    private ProcessCpu() {}

    /** Seconds of the process so far, with those of the children it waited for; 0 where it ended: its parent counts it. */
    public static double seconds(long pid) {
        return seconds(pid, 11);
    }

    /** Seconds of the children that it waited for, and of theirs. */
    public static double ofChildren(long pid) {
        return seconds(pid, 13);
    }

    private static double seconds(long pid, int first) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // Fields 14 to 17 of proc(5), counted behind the name in brackets, which may contain blanks.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = first; field <= 14; field++) {
                ticks += Long.parseLong(fields[field]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Seconds of the process and of all below it. */
    public static double ofTree(long pid) {
        return seconds(pid)
                + ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToDouble(child -> seconds(child.pid()))
                        .sum();
    }
}
