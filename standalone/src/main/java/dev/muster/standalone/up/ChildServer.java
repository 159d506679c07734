package dev.muster.standalone.up;

import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.RunningServer;

/** One of Muster's own programs as a child: SIGTERM is all it takes to stop. */
record ChildServer(ChildProcess process) implements RunningServer {}
