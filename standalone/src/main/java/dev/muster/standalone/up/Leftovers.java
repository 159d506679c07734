package dev.muster.standalone.up;

import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.standalone.process.Await;
import dev.muster.standalone.process.PidFile;
import dev.muster.standalone.process.RuntimeFiles;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Children that outlived a supervisor which was killed: found by their pid files, stopped in the usual order. */
final class Leftovers {
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** Log names of all children with what people call them, in the order in which they are stopped. */
    static final Map<String, String> STOP_ORDER = stopOrder();

    private final DataDirectory data;
    private final Progress progress;

    Leftovers(DataDirectory data, Progress progress) {
        this.data = data;
        this.progress = progress;
    }

    /** Stops what is left of an earlier run; says so for each. */
    void stop() {
        STOP_ORDER.forEach((log, name) -> {
            PidFile pidFile = PidFile.besideLog(data.logOf(log));
            Optional<ProcessHandle> process = pidFile.alive();
            if (process.isPresent()) {
                progress.line("  " + name + " of an earlier run (process "
                        + process.get().pid() + ") still runs; stopping it");
                end(log, process.get());
            }
            pidFile.delete();
        });
    }

    private void end(String log, ProcessHandle process) {
        if (log.equals("postgresql")) {
            PostgresServer.stop(RuntimeFiles.locate().withCache(data.programs()), data.postgres());
        } else {
            process.destroy();
        }
        if (!Await.until(GRACE, () -> !process.isAlive())) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Await.until(GRACE, () -> !process.isAlive());
        }
    }

    private static Map<String, String> stopOrder() {
        Map<String, String> order = new LinkedHashMap<>();
        order.put("agents", "agents");
        order.put("server", "control plane");
        order.put("kafka", "Kafka");
        order.put("keycloak", "Keycloak");
        order.put("postgresql", "PostgreSQL");
        return java.util.Collections.unmodifiableMap(order);
    }
}
