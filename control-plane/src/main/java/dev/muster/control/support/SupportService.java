package dev.muster.control.support;

import dev.muster.control.access.Access;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.doctor.DoctorService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.kafka.KafkaLook;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Gathers what a support bundle tells of this server. Thread-safe. */
@Singleton
final class SupportService {
    private static final Logger LOG = Logger.getLogger(SupportService.class);

    private final DoctorService doctor;
    private final Meters meters;
    private final SupportStore store;
    private final TenantTransactions transactions;
    private final KafkaLook kafka;
    private final MusterConfig server;
    private final Config config;

    SupportService(
            DoctorService doctor,
            Meters meters,
            SupportStore store,
            TenantTransactions transactions,
            KafkaLook kafka,
            MusterConfig server,
            Config config) {
        this.doctor = doctor;
        this.meters = meters;
        this.store = store;
        this.transactions = transactions;
        this.kafka = kafka;
        this.server = server;
        this.config = config;
    }

    SupportFacts gather(Access access) {
        if (!access.tenant().equals(TenantId.DEFAULT)) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "expected an administrator of tenant `" + TenantId.DEFAULT
                            + "`: a support bundle is of the whole server");
        }
        Map<String, Long> counts = new TreeMap<>();
        List<TenantId> tenants = transactions.tenants();
        counts.put("tenants", (long) tenants.size());
        tenants.forEach(tenant -> transactions.run(tenant, handle -> store.count(handle, counts)));
        return new SupportFacts(
                product(),
                doctor.diagnose(access),
                SafeSettings.of(key -> config.getOptionalValue(key, String.class)),
                counts,
                lag(),
                meters.now());
    }

    private Map<String, Long> lag() {
        try {
            return kafka.look().lags();
        } catch (KafkaException e) {
            // The findings say that Kafka is away.
            LOG.debugf("no lag: %s", e.getMessage());
            return Map.of();
        }
    }

    private SupportFacts.Product product() {
        var runtime = ManagementFactory.getRuntimeMXBean();
        return new SupportFacts.Product(
                config.getValue("quarkus.application.version", String.class),
                server.instance(),
                server.roles().stream()
                        .map(role -> role.name().toLowerCase(Locale.ROOT))
                        .sorted()
                        .toList(),
                server.profile().name().toLowerCase(Locale.ROOT),
                Instant.ofEpochMilli(runtime.getStartTime()),
                Runtime.version() + ", " + System.getProperty("java.vm.vendor", "unknown"),
                System.getProperty("os.name", "unknown") + " " + System.getProperty("os.version", "") + " "
                        + System.getProperty("os.arch", ""),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory());
    }
}
