package dev.muster.agent.platform.linux;

import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What processes of some names take: how many there are, their memory, and their share of all processors since the call before.
 * Costs a file per process of the machine, so nothing is looked at where no name is asked for. One thread.
 */
public final class LinuxProcesses {
    // proc(5): what is wanted of these stands within so many bytes.
    private static final int STAT_BYTES = 512;
    private static final int STATUS_BYTES = 2048;

    /** The kernel cuts names of programs. */
    private static final int NAME_LENGTH = 15;

    // Fields of /proc/PID/stat behind the name, which may hold blanks and brackets itself.
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private final SystemFiles files;
    private Map<String, Long> ticksBefore = Map.of();
    private long totalBefore;

    public LinuxProcesses(SystemFiles files) {
        this.files = files;
    }

    /** Processes of one name, added up. */
    private static final class Sum {
        private long count;
        private long bytes;
        private long ticks;
    }

    /** Values of each name; 0 of a name that no process has, so that its end is seen. */
    public List<Sample> take(Instant now, List<String> names) {
        if (names.isEmpty()) {
            ticksBefore = Map.of();
            totalBefore = 0;
            return List.of();
        }
        Map<String, Sum> sums = new TreeMap<>();
        Map<String, String> wanted = new HashMap<>();
        for (String name : names) {
            sums.put(name, new Sum());
            wanted.put(name.substring(0, Math.min(NAME_LENGTH, name.length())), name);
        }
        Map<String, Long> ticksNow = new HashMap<>();
        for (String pid : files.names("proc")) {
            if (Character.isDigit(pid.charAt(0))) {
                add(pid, wanted, sums, ticksNow);
            }
        }
        long total = total();
        long passed = totalBefore == 0 ? 0 : total - totalBefore;
        totalBefore = total;
        ticksBefore = ticksNow;
        return samples(now.toEpochMilli(), sums, passed);
    }

    private void add(String pid, Map<String, String> wanted, Map<String, Sum> sums, Map<String, Long> ticksNow) {
        String stat = files.start("proc/" + pid + "/stat", STAT_BYTES).orElse("");
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        String name = open < 0 || close < open ? null : wanted.get(stat.substring(open + 1, close));
        Sum sum = name == null ? null : sums.get(name);
        if (sum == null) {
            return; // another program, or one that has just ended
        }
        String[] fields = stat.substring(close + 1).strip().split(" +", -1);
        sum.count++;
        if (fields.length > SYSTEM_TICKS) {
            long ticks = number(fields[USER_TICKS]) + number(fields[SYSTEM_TICKS]);
            ticksNow.put(pid, ticks);
            sum.ticks += Math.max(0, ticks - ticksBefore.getOrDefault(pid, ticks));
        }
        for (String line :
                files.start("proc/" + pid + "/status", STATUS_BYTES).orElse("").split("\n", -1)) {
            if (line.startsWith("VmRSS:")) {
                sum.bytes += number(line.substring("VmRSS:".length())
                                .replace("kB", "")
                                .strip())
                        * 1024;
            }
        }
    }

    private static List<Sample> samples(long at, Map<String, Sum> sums, long passed) {
        List<Sample> samples = new ArrayList<>();
        sums.forEach((name, sum) -> {
            samples.add(new Sample("process." + name + ".count", at, sum.count));
            samples.add(new Sample("process." + name + ".memory.bytes", at, sum.bytes));
            if (passed > 0) {
                double share = Math.round(Math.min(1.0, (double) sum.ticks / passed) * 10_000) / 10_000.0;
                samples.add(new Sample("process." + name + ".cpu.load", at, share));
            }
        });
        return List.copyOf(samples);
    }

    /** Ticks of all processors since the start of the machine. */
    private long total() {
        String[] fields = files.start("proc/stat", STAT_BYTES)
                .orElse("")
                .split("\n", 2)[0]
                .strip()
                .split(" +", -1);
        long total = 0;
        for (int i = 1; fields[0].equals("cpu") && i < Math.min(fields.length, 9); i++) {
            total += number(fields[i]);
        }
        return total;
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
