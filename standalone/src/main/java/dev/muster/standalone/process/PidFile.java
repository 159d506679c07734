package dev.muster.standalone.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Remembers which process a child is, for whoever comes after a launcher that was killed. Holds when it started too: a
 * number alone may belong to somebody else by now.
 */
public record PidFile(Path file) {
    // After the command's name, which may hold anything, in parentheses: proc_pid_stat(5), field 22 of all.
    private static final int START_TICKS = 19;

    /** The pid file of the child that writes {@code log}: {@code kafka.pid} beside {@code kafka.log}. */
    public static PidFile besideLog(Path log) {
        String name = log.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return new PidFile(log.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".pid"));
    }

    /** Remembers {@code process}. */
    public void write(ProcessHandle process) {
        Folders.writeOwnerOnly(file, process.pid() + " " + started(process) + "\n");
    }

    /** The process, if the very one that was remembered still runs. */
    public Optional<ProcessHandle> alive() {
        List<String> parts;
        try {
            parts = List.of(Files.readString(file).strip().split(" ", 2));
        } catch (IOException e) {
            return Optional.empty();
        }
        if (parts.size() != 2) {
            return Optional.empty();
        }
        try {
            return ProcessHandle.of(Long.parseLong(parts.get(0)))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> started(process).equals(parts.get(1)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Forgets. */
    public void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Folders.unusable(file, e);
        }
    }

    /** Ticks since which boot, which no change of the clock alters; elsewhere the time that the system tells. */
    private static String started(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return boot + "/" + fields[START_TICKS];
        } catch (IOException e) {
            return Long.toString(
                    process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli());
        }
    }
}
