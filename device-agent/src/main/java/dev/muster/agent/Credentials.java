package dev.muster.agent;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.transport.ChangeTrace;
import dev.muster.agent.transport.DeviceHttps;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** Identity and what is made of it; replaced as a whole by a renewal. Read by any thread, renewed by the loop's. */
final class Credentials {
    private final DeviceHttps.Meter meter;
    private final ChangeTrace trace;
    private volatile DeviceIdentity identity;
    private volatile SSLContext tls;
    private volatile DeviceHttps https;

    Credentials(DeviceIdentity identity, ChangeTrace trace, DeviceHttps.Meter meter) throws GeneralSecurityException {
        this.trace = trace;
        this.meter = meter;
        this.identity = identity;
        this.tls = Tls.mutual(identity);
        this.https = new DeviceHttps(identity.server(), tls, meter, trace);
    }

    DeviceIdentity identity() {
        return identity;
    }

    SSLContext tls() {
        return tls;
    }

    /** The loop's, whose requests belong to the change that it follows. */
    DeviceHttps https() {
        return https;
    }

    DeviceHttps.Meter meter() {
        return meter;
    }

    /** One of its own, for another thread than the loop's. */
    DeviceHttps another() {
        return new DeviceHttps(identity.server(), tls, meter);
    }

    /** Whether a new certificate was fetched; one that cannot be fetched is tried again. */
    boolean renewIfDue(StateDir state, Platform platform, DeviceTime time, AgentLog log) {
        DeviceIdentity before = identity;
        if (time.instant().isBefore(before.renewAt())) {
            return false;
        }
        try {
            replace(new Enroller(state).renew(before, https, platform));
            return true;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            log.line("the certificate is not renewed: " + e.getMessage());
            return false;
        }
    }

    private void replace(DeviceIdentity next) throws GeneralSecurityException {
        SSLContext nextTls = Tls.mutual(next);
        https = new DeviceHttps(next.server(), nextTls, meter, trace);
        tls = nextTls;
        identity = next;
    }
}
