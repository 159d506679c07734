package dev.muster.benchmarks.agent;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** The agent's two ways to its server, each with a counter in between: the session, and HTTPS for documents and targets. */
final class Wire implements AutoCloseable {
    private final IdentityStore identities;
    private final DeviceIdentity before;
    private final Relay session;
    private final Relay documents;

    private Wire(IdentityStore identities, DeviceIdentity before) throws IOException {
        this.identities = identities;
        this.before = before;
        this.session = new Relay(before.mqtt());
        this.documents = new Relay(before.server().getAuthority());
        identities.move(URI.create("https://" + documents.address()), session.address());
    }

    /** From its next start on the agent with this state goes through here. */
    static Wire of(Path state) throws IOException {
        IdentityStore identities = new IdentityStore(new StateDir(state));
        return new Wire(identities, identities.load().orElseThrow());
    }

    long sessionBytes() {
        return session.bytes();
    }

    long documentBytes() {
        return documents.bytes();
    }

    /** Puts the old addresses back. */
    @Override
    public void close() throws IOException {
        identities.move(before.server(), before.mqtt());
        session.close();
        documents.close();
    }
}
