package dev.muster.agent.platform.linux;

import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.FileStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Values of the moment: processor, memory, disk, warmest sensor, network, processes, uptime. Taken every ten seconds for ever, so
 * numbers are read by hand and each file once. One thread.
 */
public final class LinuxSamples {
    // What is wanted of these two stands in their first lines; the rest grows with the machine.
    private static final int STAT_LINE_BYTES = 256;
    private static final int MEMINFO_BYTES = 512;

    private final SystemFiles files;
    private final FileStore disk;
    private final List<String> sensors;
    private long lastBusy;
    private long lastTotal;

    /** {@code disk} is the one that the agent writes to. */
    public LinuxSamples(SystemFiles files, FileStore disk) {
        this.files = files;
        this.disk = disk;
        this.sensors = files.names("sys/class/thermal").stream()
                .filter(name -> name.startsWith("thermal_zone"))
                .map(name -> "sys/class/thermal/" + name + "/temp")
                .toList();
    }

    public List<Sample> take(Instant now) {
        long at = now.toEpochMilli();
        List<Sample> samples = new ArrayList<>();
        cpu().ifPresent(load -> samples.add(new Sample("cpu.load", at, load)));
        memory().ifPresent(used -> samples.add(new Sample("memory.used", at, used)));
        try {
            long size = disk.getTotalSpace();
            if (size > 0) {
                samples.add(new Sample("disk.used", at, share(size - disk.getUsableSpace(), size)));
            }
        } catch (IOException e) {
            // A disk that cannot be asked is one value less, not a reason to lose the others.
        }
        warmest().ifPresent(degrees -> samples.add(new Sample("temperature.celsius", at, degrees)));
        files.start("proc/uptime", 64)
                .flatMap(text -> leading(text, 0))
                .ifPresent(seconds -> samples.add(new Sample("uptime.seconds", at, seconds)));
        long processes = files.names("proc").stream()
                .filter(name -> Character.isDigit(name.charAt(0)))
                .count();
        if (processes > 0) {
            samples.add(new Sample("processes", at, processes));
        }
        traffic(at, samples);
        return List.copyOf(samples);
    }

    // Busy share of all cores since the call before; the first call has nothing to compare with.
    private Optional<Double> cpu() {
        String[] fields = files.start("proc/stat", STAT_LINE_BYTES)
                .orElse("")
                .split("\n", 2)[0]
                .trim()
                .split(" +", -1);
        if (fields.length < 6 || !fields[0].equals("cpu")) {
            return Optional.empty();
        }
        long total = 0;
        for (int i = 1; i < Math.min(fields.length, 9); i++) {
            total += Long.parseLong(fields[i]);
        }
        long busy = total - Long.parseLong(fields[4]) - Long.parseLong(fields[5]);
        long passed = total - lastTotal;
        Optional<Double> load =
                lastTotal == 0 || passed <= 0 ? Optional.empty() : Optional.of(share(busy - lastBusy, passed));
        lastTotal = total;
        lastBusy = busy;
        return load;
    }

    private Optional<Double> memory() {
        String text = files.start("proc/meminfo", MEMINFO_BYTES).orElse("");
        Optional<Long> total = labelled(text, "MemTotal:").filter(value -> value > 0);
        Optional<Long> available = labelled(text, "MemAvailable:");
        return total.isEmpty() || available.isEmpty()
                ? Optional.empty()
                : Optional.of(share(total.get() - available.get(), total.get()));
    }

    // Thousandths of a degree; a sensor that is off or broken answers with an error or far outside of what is possible.
    private Optional<Double> warmest() {
        double warmest = Double.NEGATIVE_INFINITY;
        for (String sensor : sensors) {
            String text = files.start(sensor, 32).orElse("").strip();
            if (text.matches("-?[0-9]{1,6}")) {
                double degrees = Long.parseLong(text) / 1000.0;
                if (degrees > -55 && degrees < 200) {
                    warmest = Math.max(warmest, degrees);
                }
            }
        }
        return warmest == Double.NEGATIVE_INFINITY ? Optional.empty() : Optional.of(Math.round(warmest * 10) / 10.0);
    }

    // proc(5), /proc/net/dev: name: received bytes and seven more, then sent bytes. All but the loop.
    private void traffic(long at, List<Sample> samples) {
        String text = files.text("proc/net/dev").orElse("");
        long received = 0;
        long sent = 0;
        boolean any = false;
        for (String line : text.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon < 0 || line.substring(0, colon).strip().equals("lo")) {
                continue;
            }
            String[] fields = line.substring(colon + 1).strip().split(" +", -1);
            if (fields.length >= 9 && fields[0].matches("[0-9]{1,18}") && fields[8].matches("[0-9]{1,18}")) {
                received += Long.parseLong(fields[0]);
                sent += Long.parseLong(fields[8]);
                any = true;
            }
        }
        if (any) {
            samples.add(new Sample("network.received.bytes", at, received));
            samples.add(new Sample("network.sent.bytes", at, sent));
        }
    }

    private static double share(long part, long whole) {
        return Math.round(Math.clamp((double) part / whole, 0.0, 1.0) * 10_000) / 10_000.0;
    }

    private static Optional<Long> labelled(String text, String label) {
        int at = text.indexOf(label);
        return at < 0 ? Optional.empty() : leading(text, at + label.length());
    }

    private static Optional<Long> leading(String text, int from) {
        int begin = from;
        while (begin < text.length() && text.charAt(begin) == ' ') {
            begin++;
        }
        int end = begin;
        while (end < text.length() && end - begin < 15 && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end == begin ? Optional.empty() : Optional.of(Long.parseLong(text.substring(begin, end)));
    }
}
