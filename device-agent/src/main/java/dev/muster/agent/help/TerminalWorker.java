package dev.muster.agent.help;

import dev.muster.agent.platform.DeviceShell;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpStart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A shell on the device, key by key. */
final class TerminalWorker implements Worker {
    private final DeviceShell shell;
    private volatile boolean done;
    private volatile boolean closed;

    TerminalWorker(HelpStart start, Uplink uplink, Runnable wake) throws IOException {
        this.shell = DeviceShell.start(start.columns(), start.rows());
        if (!shell.isTerminal()) {
            uplink.send(new HelpFrame(
                    0,
                    HelpFrame.Type.DATA,
                    "[no `script` on this device: a shell on plain pipes, without a terminal]\r\n"
                            .getBytes(StandardCharsets.UTF_8)));
        }
        Thread.ofPlatform().name("help-terminal").daemon().start(() -> pump(uplink, wake));
    }

    private void pump(Uplink uplink, Runnable wake) {
        try (InputStream out = shell.out()) {
            byte[] buffer = new byte[HelpFrame.MAX_DATA / 2];
            int count;
            while ((count = out.read(buffer)) >= 0) {
                uplink.send(new HelpFrame(0, HelpFrame.Type.DATA, Arrays.copyOf(buffer, count)));
            }
            // A shell that was ended from here did not end by itself: the person hears why.
            if (!closed) {
                uplink.send(new HelpFrame(0, HelpFrame.Type.CLOSE, new byte[0]));
            }
        } catch (IOException e) {
            // The session ended under it, which whoever receives has heard as well.
        } finally {
            done = true;
            wake.run();
        }
    }

    @Override
    public void take(HelpFrame frame) {
        try {
            if (frame.type() == HelpFrame.Type.CLOSE) {
                shell.in().close();
            } else {
                shell.in().write(frame.data());
                shell.in().flush();
            }
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
        closed = true;
        shell.close();
    }
}
