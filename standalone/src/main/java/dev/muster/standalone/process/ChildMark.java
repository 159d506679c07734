package dev.muster.standalone.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A word in the environment of every child and of all that it starts: which log, so which server of which instance, they
 * belong to. It is there from the first moment, while a pid file is written a moment later; whoever was killed in
 * between leaves a child that only this finds.
 */
public final class ChildMark {
    private static final String NAME = "MUSTER_CHILD";

    private ChildMark() {}

    /** Marks what {@code builder} will start as belonging to {@code log}. */
    public static void put(ProcessBuilder builder, Path log) {
        builder.environment().put(NAME, value(log));
    }

    /** Live processes marked so, where {@code /proc} shows them to us; none on other systems. */
    public static List<ProcessHandle> processes(Path log) {
        String wanted = "\0" + NAME + "=" + value(log) + "\0";
        return ProcessHandle.allProcesses()
                .filter(process -> ("\0" + environment(process.pid())).contains(wanted))
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    private static String value(Path log) {
        return log.toAbsolutePath().normalize().toString();
    }

    private static String environment(long pid) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            // Gone, somebody else's, or no such system.
            return "";
        }
    }
}
