package dev.muster.agent.help;

import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpStart;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A shell of the agent's own user: behind a pseudo-terminal that {@code script} (util-linux) makes, else on plain pipes. Its
 * environment holds nothing of the agent's.
 */
final class TerminalWorker implements Worker {
    private static final int CLOSED = 0;

    private final Process process;
    private final OutputStream in;
    private volatile boolean done;

    TerminalWorker(HelpStart start, Uplink uplink, Runnable wake) throws IOException {
        boolean pty = hasScript();
        String size = "stty echo cols " + start.columns() + " rows " + start.rows() + " 2>/dev/null; ";
        ProcessBuilder builder = new ProcessBuilder(
                pty ? List.of("script", "-qfc", size + "exec /bin/sh -i", "/dev/null") : List.of("/bin/sh", "-i"));
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin:/system/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.put("TERM", pty ? "xterm" : "dumb");
        environment.put("HOME", System.getProperty("user.home", "/"));
        environment.put("PS1", "$ ");
        this.process = builder.redirectErrorStream(true).start();
        this.in = process.getOutputStream();
        if (!pty) {
            uplink.send(new HelpFrame(
                    0,
                    HelpFrame.Type.DATA,
                    "[no `script` on this device: a shell on plain pipes, without a terminal]\r\n"
                            .getBytes(StandardCharsets.UTF_8)));
        }
        Thread.ofPlatform().name("help-terminal").daemon().start(() -> pump(uplink, wake));
    }

    private static boolean hasScript() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, "script").canExecute());
    }

    private void pump(Uplink uplink, Runnable wake) {
        try (InputStream out = process.getInputStream()) {
            byte[] buffer = new byte[HelpFrame.MAX_DATA / 2];
            int count;
            while ((count = out.read(buffer)) >= 0) {
                uplink.send(new HelpFrame(0, HelpFrame.Type.DATA, Arrays.copyOf(buffer, count)));
            }
            uplink.send(new HelpFrame(0, HelpFrame.Type.CLOSE, new byte[CLOSED]));
        } catch (IOException e) {
            // The session ended under it, which whoever receives has heard as well.
        } finally {
            done = true;
            wake.run();
        }
    }

    @Override
    public void take(HelpFrame frame) throws IOException {
        if (frame.type() == HelpFrame.Type.CLOSE) {
            in.close();
            return;
        }
        try {
            in.write(frame.data());
            in.flush();
        } catch (IOException e) {
            // The shell ended; what it said last is on its way.
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

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
