package dev.muster.agent;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.platform.PlatformOpener;
import dev.muster.agent.platform.Platforms;
import dev.muster.policy.lease.TickingNanos;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The power supply of one agent: starts it, and switches a simulated device off and on when its agent asks for a restart. */
public final class AgentHost implements AutoCloseable {
    private static final long RETRY_SECONDS = 5;

    private final StateDir state;
    private final DeviceAgent.Surroundings surroundings;
    private @Nullable DeviceAgent agent;
    private boolean closed;

    public AgentHost(
            StateDir state, AgentConfig config, ScheduledExecutorService scheduler, InstantSource clock, AgentLog log) {
        this(state, config, scheduler, clock, System::nanoTime, TickingNanos.machine(), log, Platforms::open);
    }

    /** With other clocks that never go back than the machine's, and other platforms; see {@link DeviceAgent.Surroundings}. */
    public AgentHost(
            StateDir state,
            AgentConfig config,
            ScheduledExecutorService scheduler,
            InstantSource clock,
            LongSupplier nanos,
            LongSupplier leaseNanos,
            AgentLog log,
            PlatformOpener platforms) {
        this.state = state;
        this.surroundings = new DeviceAgent.Surroundings(
                config, scheduler, clock, nanos, leaseNanos, log, platforms, this::restart);
    }

    /** Switches on; an error here is the caller's to tell. */
    public synchronized void start() throws IOException {
        DeviceAgent next = new DeviceAgent(state, surroundings);
        try {
            next.start();
        } catch (IOException | RuntimeException e) {
            next.close();
            throw e;
        }
        agent = next;
    }

    /** Whether the agent has a session with the gateway. */
    public synchronized boolean isConnected() {
        return agent != null && agent.isConnected();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (agent != null) {
            agent.close();
            agent = null;
        }
    }

    // Closing waits for the agent's threads, so it must run on none of them and not on the shared scheduler.
    private void restart() {
        Thread.ofPlatform().name("agent-restart").daemon().start(this::powerCycle);
    }

    private synchronized void powerCycle() {
        if (closed) {
            return;
        }
        try {
            if (agent != null) {
                agent.close();
                agent = null;
            }
            start();
        } catch (IOException | RuntimeException e) {
            surroundings.log().line("the agent does not start, next try in " + RETRY_SECONDS + " s: " + e.getMessage());
            var unused = surroundings.scheduler().schedule(this::restart, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }
}
