package dev.muster.standalone.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prefixes that a child's command line needs on this system. */
public final class Commands {
    private Commands() {}

    /**
     * {@code command} in a session of its own where the system can do that: Ctrl-C at the terminal then reaches only us,
     * and we stop the children in order. The process id stays the same.
     */
    public static List<String> ownSession(List<String> command) {
        return onPath("setsid") ? prefixed(List.of("setsid"), command) : command;
    }

    /**
     * {@code command} in a user namespace when we are root: PostgreSQL refuses to run as user 0, and in a fresh namespace
     * it sees itself as an ordinary user while files keep their owner. Unchanged for everybody else.
     *
     * @throws StandaloneException if we are root on a system without {@code unshare}
     */
    public static List<String> notAsRoot(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        if (!onPath("unshare")) {
            throw new StandaloneException(
                    ExitCode.NOT_BUILT,
                    "PostgreSQL does not run as root and `unshare` (package util-linux) is missing; run as an ordinary user");
        }
        return prefixed(List.of("unshare", "-U"), command);
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == 0;
        } catch (IOException | UnsupportedOperationException e) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    private static boolean onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> prefixed(List<String> prefix, List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return List.copyOf(whole);
    }
}
