package dev.muster.control.doctor;

import dev.muster.control.access.ProviderKeys;
import dev.muster.control.artifacts.ArtifactBytes;
import dev.muster.control.config.DataDirectory;
import dev.muster.control.kafka.KafkaLook;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** What this server depends on: PostgreSQL, Kafka, the OpenID provider, the store of artifacts; and its own parts. */
@Singleton
final class ServiceProbes {
    /** Nobody's: asking for it asks the store. */
    private static final String NO_HASH = "0".repeat(64);

    private final TenantTransactions transactions;
    private final DoctorStore store;
    private final KafkaLook kafka;
    private final ProviderKeys provider;
    private final ArtifactBytes artifacts;
    private final DataDirectory data;
    private final Instance<HealthCheck> checks;
    private final Clock clock;

    ServiceProbes(
            TenantTransactions transactions,
            DoctorStore store,
            KafkaLook kafka,
            ProviderKeys provider,
            ArtifactBytes artifacts,
            DataDirectory data,
            @Readiness Instance<HealthCheck> checks,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.kafka = kafka;
        this.provider = provider;
        this.artifacts = artifacts;
        this.data = data;
        this.checks = checks;
        this.clock = clock;
    }

    List<Probe> all() {
        return List.of(
                new Probe(
                        "database",
                        "PostgreSQL",
                        "see that it runs and that this server reaches it with its passwords: `muster.db.url`, `muster.db.*`",
                        this::database),
                new Probe(
                        "kafka",
                        "Kafka",
                        "see that a broker runs and that this server reaches it: `muster.kafka.bootstrap`, `muster.kafka.client.*`",
                        this::kafka),
                new Probe(
                        "provider",
                        "the OpenID provider",
                        "nobody logs in anew while it is away: see that it runs at `muster.oidc.issuer` and that its certificate"
                                + " is trusted here; `muster break-glass` is for when it stays away (docs/guides/access.md)",
                        () -> List.of(Judge.answered("provider", "the OpenID provider", provider.ask()))),
                new Probe(
                        "artifacts",
                        "the store of artifacts",
                        "devices load nothing new: see that bucket and credentials are right (`muster.artifacts.s3.*`), or"
                                + " that the data directory is there and this server's",
                        this::artifacts),
                new Probe("parts", "the parts of this server", "the server's log says why", this::parts));
    }

    private List<Finding> database() {
        Instant before = clock.instant();
        DoctorStore.Server server = transactions.in(TenantId.DEFAULT, store::server);
        Instant after = clock.instant();
        Duration half = Duration.between(before, after).dividedBy(2);
        return List.of(
                Judge.answered("database", "PostgreSQL " + server.version(), "it answers"),
                Judge.clock(new Facts.Offset(
                        "clock/database", "PostgreSQL", Duration.between(before.plus(half), server.clock()), half)),
                Judge.outbox(transactions.inJobs(store::outbox)));
    }

    private List<Finding> kafka() {
        KafkaLook.Seen seen = kafka.look();
        List<Finding> found = new ArrayList<>();
        found.add(Judge.answered("kafka", "Kafka", seen.brokers() == 1 ? "1 broker" : seen.brokers() + " brokers"));
        seen.lags().forEach((group, records) -> found.add(Judge.lag(new Facts.Behind(group, records))));
        return found;
    }

    private List<Finding> artifacts() throws IOException {
        var directory = data.directory("artifacts");
        if (!Files.isWritable(directory)) {
            throw new IOException("the data directory cannot be written to");
        }
        var nothing = artifacts.find(NO_HASH);
        return List.of(Judge.answered(
                "artifacts", "the store of artifacts", nothing.isEmpty() ? "it answers" : "it has what cannot be"));
    }

    private List<Finding> parts() {
        List<Finding> found = new ArrayList<>();
        for (HealthCheck check : checks) {
            HealthCheckResponse said = check.call();
            Map<String, Object> parts = said.getData().orElse(Map.of());
            boolean up = said.getStatus() == HealthCheckResponse.Status.UP;
            String name = id(said.getName());
            if (parts.isEmpty()) {
                found.add(part(name, up, up ? "ready" : "not ready"));
            }
            parts.forEach((part, reason) -> found.add(part(
                    name + "/" + id(part),
                    up || List.of("ok", "UP").contains(String.valueOf(reason)),
                    String.valueOf(reason))));
        }
        return found;
    }

    private static Finding part(String name, boolean well, String found) {
        return well
                ? Finding.ok("parts/" + name, found, "ready")
                : new Finding(
                        "parts/" + name,
                        Finding.State.FAILING,
                        found,
                        "ready",
                        "it begins anew by itself where it can: see the findings of what it depends on, then the server's log");
    }

    private static String id(String name) {
        return name.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
    }
}
