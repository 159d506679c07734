package dev.muster.standalone.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Remembers which process a child is, for whoever comes after a launcher that was killed. Holds the start time too: a
 * number alone may belong to somebody else by now.
 */
public record PidFile(Path file) {
    // The system derives start times from the clock at boot, which time synchronisation may shift a little.
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    /** The pid file of the child that writes {@code log}: {@code kafka.pid} beside {@code kafka.log}. */
    public static PidFile besideLog(Path log) {
        String name = log.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return new PidFile(log.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".pid"));
    }

    /** Remembers {@code process}. */
    public void write(ProcessHandle process) {
        Folders.writeOwnerOnly(file, process.pid() + " " + started(process).toEpochMilli() + "\n");
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
            long pid = Long.parseLong(parts.get(0));
            Instant expected = Instant.ofEpochMilli(Long.parseLong(parts.get(1)));
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process ->
                            Duration.between(started(process), expected).abs().compareTo(TOLERANCE) < 0);
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

    private static Instant started(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }
}
