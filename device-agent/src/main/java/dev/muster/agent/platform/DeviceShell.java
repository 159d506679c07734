package dev.muster.agent.platform;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A shell of the agent's own user: behind a pseudo-terminal that {@code script} (util-linux) makes, else on plain pipes. Its
 * environment holds nothing of the agent's. One thread for each direction; {@link #close} is for any.
 */
public final class DeviceShell implements AutoCloseable {
    private static final String PATHS = "/usr/bin:/bin:/system/bin";

    private final Process process;
    private final boolean terminal;

    private DeviceShell(Process process, boolean terminal) {
        this.process = process;
        this.terminal = terminal;
    }

    /** Starts one; the size counts where there is a terminal. */
    public static DeviceShell start(int columns, int rows) throws IOException {
        boolean terminal = hasScript();
        String size = "stty echo cols " + columns + " rows " + rows + " 2>/dev/null; ";
        ProcessBuilder builder = new ProcessBuilder(
                terminal ? List.of("script", "-qfc", size + "exec /bin/sh -i", "/dev/null") : List.of("/bin/sh", "-i"));
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", PATHS);
        environment.clear();
        environment.put("PATH", path);
        environment.put("TERM", terminal ? "xterm" : "dumb");
        environment.put("HOME", System.getProperty("user.home", "/"));
        environment.put("PS1", "$ ");
        return new DeviceShell(builder.redirectErrorStream(true).start(), terminal);
    }

    private static boolean hasScript() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", PATHS).split(File.pathSeparator, -1))
                .anyMatch(folder -> new File(folder, "script").canExecute());
    }

    /** Whether it has a terminal, and not plain pipes. */
    public boolean isTerminal() {
        return terminal;
    }

    /** What is typed. */
    public OutputStream in() {
        return process.getOutputStream();
    }

    /** What it shows, errors included; ends with the shell. */
    public InputStream out() {
        return process.getInputStream();
    }

    /** Ends it and what it started, at once; twice does nothing more. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        try {
            boolean unused = process.waitFor(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
