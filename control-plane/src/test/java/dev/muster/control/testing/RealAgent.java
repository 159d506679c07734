package dev.muster.control.testing;

import dev.muster.agent.AgentHost;
import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.transport.DeviceHttps;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A device with the agent's own code on a simulated platform, enrolled; closing it ends its threads, not its life in the fleet. */
public final class RealAgent implements AutoCloseable {
    private final URI server;
    private final String gateway;
    private final Clock clock;
    private final StateDir state;
    private final Platform platform;
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);

    /**
     * Enrols a device.
     *
     * @param gateway {@code host:port}
     * @param fingerprint of the root that the server must show
     */
    public RealAgent(URI server, String gateway, String fingerprint, String token, String name, Clock clock)
            throws IOException, GeneralSecurityException {
        this.server = server;
        this.gateway = gateway;
        this.clock = clock;
        // Not JUnit's directory: a socket's path must be short.
        this.state = new StateDir(Files.createTempDirectory("muster")).create();
        this.platform = Platforms.open("simulated", state, clock, System::nanoTime, () -> {});
        new Enroller(state).enrol(new Enroller.Invitation(server, token, fingerprint, Optional.of(name)), platform);
        new IdentityStore(state).move(server, gateway);
    }

    /** What it has at present. */
    public DeviceIdentity identity() throws IOException {
        return new IdentityStore(state).load().orElseThrow();
    }

    /** What it has after it asked for another certificate. */
    public DeviceIdentity renewed() throws IOException, GeneralSecurityException {
        new Enroller(state).renew(identity(), new DeviceHttps(identity().server(), Tls.mutual(identity())), platform);
        return new IdentityStore(state).move(server, gateway);
    }

    /** Switched on; the caller closes it. */
    public AgentHost start() throws IOException {
        AgentHost host = new AgentHost(state, AgentConfig.defaults(), scheduler, clock, line -> {});
        host.start();
        return host;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
