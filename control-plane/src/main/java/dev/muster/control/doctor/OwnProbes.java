package dev.muster.control.doctor;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.config.HttpConfig;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerProfile;
import dev.muster.control.ddi.DdiConfig;
import dev.muster.control.deviceapi.DeviceTls;
import dev.muster.control.enrolment.AuthorityView;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.readiness.ReadinessCheck;
import dev.muster.control.trustrepo.TrustService;
import dev.muster.control.trustrepo.TrustStatus;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is this server's own: certificates, disk, limits, memory, settings; and the trust metadata of a tenant. */
@Singleton
final class OwnProbes {
    private static final Duration YEAR_HALF = Duration.ofDays(180);
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration SIGNERS_NEED = Duration.ofDays(45);

    private final Shown shown;
    private final CertificateAuthority authority;
    private final DeviceTls.Source devices;
    private final TrustService trust;
    private final ProcessLook process;
    private final DataDirectory data;
    private final List<ReadinessCheck> checks;
    private final Clock clock;

    OwnProbes(
            Shown shown,
            CertificateAuthority authority,
            DeviceTls.Source devices,
            TrustService trust,
            ProcessLook process,
            DataDirectory data,
            @All List<ReadinessCheck> checks,
            Clock clock) {
        this.shown = shown;
        this.authority = authority;
        this.devices = devices;
        this.trust = trust;
        this.process = process;
        this.data = data;
        this.checks = List.copyOf(checks);
        this.clock = clock;
    }

    /** What is configured of what is looked at. */
    @Singleton
    record Shown(MusterConfig server, HttpConfig http, DdiConfig ddi) {}

    List<Probe> all() {
        return List.of(
                new Probe("certificates", "certificates", "see the server's log", this::certificates),
                new Probe("disk", "disks", "see that the data directory is there", this::disk),
                new Probe("process", "the process", "see the server's log", this::process),
                new Probe("profile", "settings", "see the server's log", () -> List.of(profile())));
    }

    Probe trust(TenantId tenant) {
        return new Probe(
                "trust",
                "trust metadata",
                "`muster trust status` says more (docs/guides/trust.md)",
                () -> trusted(tenant));
    }

    private List<Finding> process() {
        return List.of(Judge.descriptors(process.descriptors()), Judge.heap(process.heap()));
    }

    private List<Finding> disk() throws IOException {
        // They may be volumes of their own.
        return List.of(
                Judge.space(process.space("disk/data", "the data directory", data.directory("trust"))),
                Judge.space(process.space("disk/artifacts", "artifacts", data.directory("artifacts"))));
    }

    private Finding profile() {
        List<String> unsafe = checks.stream()
                .flatMap(check -> check.unsafe().stream())
                // What is no setting is a key that lies here, and names its tenant.
                .map(found -> found.setting().startsWith("muster.") ? found.setting() : "keys on this server")
                .distinct()
                .toList();
        String expected = "`production`, or a trial";
        if (shown.server().profile() == ServerProfile.PRODUCTION) {
            return unsafe.isEmpty()
                    ? Finding.ok("profile", "`production`", expected)
                    // It would not have started so: something changed since.
                    : new Finding(
                            "profile",
                            Finding.State.WARNING,
                            "`production`, and unsafe since it started: " + String.join(", ", unsafe),
                            expected,
                            "mend what is named: the next start is refused");
        }
        String names = String.join(", ", unsafe);
        return Finding.ok(
                "profile", "`trial`" + (unsafe.isEmpty() ? "" : "; `production` would refuse: " + names), expected);
    }

    private List<Finding> certificates() {
        Instant now = clock.instant();
        List<Finding> found = new ArrayList<>();
        for (AuthorityView view : authority.all()) {
            boolean needed = view.state() != AuthorityView.State.RETIRED;
            if (needed) {
                found.add(Judge.ending(authority(view), now));
            }
        }
        X509Certificate own = devices.current().chain().getFirst();
        found.add(Judge.ending(
                new Facts.Ending(
                        "certificate/devices",
                        "the certificate that devices see (HTTPS and gateway)",
                        own.getNotAfter().toInstant(),
                        WEEK,
                        DAY,
                        "the server renews it by itself after two thirds of its life, as far as its authority lives: see"
                                + " `muster ca status` and the server's log"),
                now));
        ofFile(
                        "certificate/people",
                        "the certificate of the port for people",
                        shown.http().certificate(),
                        now)
                .ifPresent(found::add);
        ofFile(
                        "certificate/ddi",
                        "the certificate of the port for hawkBit's clients",
                        shown.ddi().certificate(),
                        now)
                .ifPresent(found::add);
        return found;
    }

    private static Facts.Ending authority(AuthorityView view) {
        boolean issues = view.state() != AuthorityView.State.FORMER;
        return new Facts.Ending(
                "certificate/authority-" + view.id(),
                "certificate authority " + view.id() + (issues ? "" : ", which issues no more,"),
                view.ends(),
                issues || view.serves() ? YEAR_HALF : Duration.ZERO,
                issues || view.serves() ? MONTH : Duration.ZERO,
                issues
                        ? "no certificate outlives it: `muster ca rotate`, or `muster ca request` below a company's root"
                                + " (docs/guides/enrolment.md)"
                        : "devices that have a certificate of it must renew before: `muster ca status` counts them,"
                                + " `muster ca retire` ends it");
    }

    private static Optional<Finding> ofFile(String id, String what, Optional<Path> file, Instant now) {
        return file.map(pem -> ofFile(id, what, pem, now));
    }

    static Finding ofFile(String id, String what, Path file, Instant now) {
        String advice = "replace the file by a newer one and start the server again: it is read at the start";
        try (InputStream pem = Files.newInputStream(file)) {
            // The first of the chain that ends, ends it.
            Optional<Instant> ends = CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                    .filter(X509Certificate.class::isInstance)
                    .map(certificate ->
                            ((X509Certificate) certificate).getNotAfter().toInstant())
                    .min(Comparator.naturalOrder());
            if (ends.isPresent()) {
                return Judge.ending(
                        new Facts.Ending(id, what, ends.get(), Duration.ofDays(21), Duration.ofDays(3), advice), now);
            }
        } catch (IOException | CertificateException e) {
            // Said below, as for a file without any.
        }
        // It was read at the start, so the server goes on; the next start would not.
        return new Finding(
                id, Finding.State.WARNING, what + ": its file has no certificate now", "certificates in PEM", advice);
    }

    private List<Finding> trusted(TenantId tenant) {
        Instant now = clock.instant();
        TrustStatus status = trust.status(tenant);
        List<Finding> found = new ArrayList<>();
        for (TrustStatus.Role role : status.roles()) {
            boolean byServer = role.keysOnServer() >= role.threshold();
            found.add(Judge.ending(
                    new Facts.Ending(
                            "trust/" + role.repository() + "/" + role.role(),
                            role.role() + " of the " + role.repository() + " repository, version " + role.version()
                                    + ",",
                            role.expiresAt(),
                            byServer ? DAY : SIGNERS_NEED,
                            byServer ? Duration.ZERO : WEEK,
                            byServer
                                    ? "the server signs it anew by itself, and did not: see its log and `muster trust status`"
                                    : "devices change nothing once it ended: `muster trust renew " + role.repository()
                                            + " " + role.role()
                                            + "`, then let its holders sign (docs/guides/trust.md)"),
                    now));
        }
        return found;
    }
}
