package dev.muster.control.enrolment;

import dev.muster.control.config.ExternalConfig;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.deviceapi.DeviceTls;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The identity of this instance's device ports: made in memory, renewed after two thirds of its life and when another authority
 * serves. Thread-safe.
 */
@Singleton
final class ServerIdentity implements DeviceTls.Source {
    private final CertificateAuthority authority;
    private final ExternalConfig external;
    private final MusterConfig server;
    private final Duration life;
    private final Clock clock;
    private @Nullable DeviceTls current;
    private Instant renewAt = Instant.MIN;

    ServerIdentity(
            CertificateAuthority authority,
            ExternalConfig external,
            MusterConfig server,
            EnrolmentConfig config,
            Clock clock) {
        this.authority = authority;
        this.external = external;
        this.server = server;
        this.life = config.serverCertificateLife();
        this.clock = clock;
    }

    @Override
    public synchronized DeviceTls current() {
        DeviceTls known = current;
        List<X509Certificate> issuers = authority.issuers();
        X509Certificate serves = authority.serves();
        boolean due = !clock.instant().isBefore(renewAt);
        if (known != null && !due && known.chain().get(1).equals(serves)) {
            if (!known.deviceAuthorities().equals(issuers)) {
                known = new DeviceTls(known.key(), known.chain(), issuers);
                current = known;
            }
        } else {
            try {
                KeyPair pair = Certificates.newKey();
                List<X509Certificate> chain = authority.server(pair.getPublic(), hosts(), life);
                known = new DeviceTls(pair.getPrivate(), chain, issuers);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("cannot make the server's certificate", e);
            }
            current = known;
            // Of the life that it has: no certificate outlives its authority.
            Instant now = clock.instant();
            Instant end = known.chain().getFirst().getNotAfter().toInstant();
            renewAt = now.plus(Duration.between(now, end).multipliedBy(2).dividedBy(3));
        }
        return known;
    }

    private Set<String> hosts() {
        Set<String> hosts = new LinkedHashSet<>();
        hosts.add(external.deviceUrl().getHost());
        hosts.add(external.mqtt().substring(0, external.mqtt().lastIndexOf(':')));
        hosts.add("localhost");
        hosts.add("127.0.0.1");
        hosts.add("::1");
        if (!server.bind().equals("0.0.0.0") && !server.bind().equals("::")) {
            hosts.add(server.bind());
        }
        external.names().ifPresent(hosts::addAll);
        return hosts;
    }
}
