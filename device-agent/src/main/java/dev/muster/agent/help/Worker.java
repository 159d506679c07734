package dev.muster.agent.help;

import dev.muster.protocol.help.HelpFrame;
import java.io.Closeable;
import java.io.IOException;

/** One kind of session at work. */
interface Worker extends Closeable {
    /** What the person sent; one thread. */
    void take(HelpFrame frame) throws IOException;

    /** Whether nothing more will come of it: all was said. */
    boolean isDone();

    /** Stops whatever runs, at once; twice does nothing more. */
    @Override
    void close();
}
