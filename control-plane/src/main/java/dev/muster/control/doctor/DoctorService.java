package dev.muster.control.doctor;

import dev.muster.control.access.Access;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Looks at everything at once, each within {@link #LIMIT}. Thread-safe. */
@Singleton
public final class DoctorService {
    private static final Logger LOG = Logger.getLogger(DoctorService.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ServiceProbes services;
    private final OwnProbes own;
    private final MusterConfig config;
    private final String version;
    private final Clock clock;

    DoctorService(
            ServiceProbes services,
            OwnProbes own,
            MusterConfig config,
            @ConfigProperty(name = "quarkus.application.version") String version,
            Clock clock) {
        this.services = services;
        this.own = own;
        this.config = config;
        this.version = version;
        this.clock = clock;
    }

    /** What the caller may know: of another tenant than the first one, its own trust metadata and no more. */
    public Diagnosis diagnose(Access access) {
        List<Probe> probes = new ArrayList<>();
        if (access.tenant().equals(TenantId.DEFAULT)) {
            probes.addAll(services.all());
            probes.addAll(own.all());
        }
        probes.add(own.trust(access.tenant()));
        return Diagnosis.of(version, config.instance(), clock.instant(), look(probes, LIMIT));
    }

    /** In the order of the probes; one that fails or takes longer than {@code limit} is a finding like any other. */
    static List<Finding> look(List<Probe> probes, Duration limit) {
        List<Finding> found = new ArrayList<>();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            long end = System.nanoTime() + limit.toNanos();
            List<Future<List<Finding>>> looks =
                    probes.stream().map(probe -> threads.submit(probe.look())).toList();
            for (int i = 0; i < probes.size(); i++) {
                found.addAll(answer(probes.get(i), looks.get(i), Math.max(1, end - System.nanoTime()), limit));
            }
        } finally {
            // Not close(): that would wait for what hangs.
            threads.shutdownNow();
        }
        return found;
    }

    private static List<Finding> answer(Probe probe, Future<List<Finding>> look, long nanos, Duration limit) {
        try {
            return look.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return List.of(Judge.silent(
                    probe.id(), probe.what(), "no answer within " + limit.toSeconds() + " seconds", probe.advice()));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof ProblemException problem) {
                return List.of(
                        Finding.unknown(probe.id(), String.valueOf(problem.getMessage()), "an answer", probe.advice()));
            }
            LOG.warnf(cause, "doctor: %s", probe.what());
            // The log has the words of a library, which may name addresses and users.
            return List.of(Judge.silent(
                    probe.id(),
                    probe.what(),
                    "it does not answer as it should; the server's log has why",
                    probe.advice()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(Finding.unknown(probe.id(), "interrupted", "an answer", "ask again"));
        }
    }
}
