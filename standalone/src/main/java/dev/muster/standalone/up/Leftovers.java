package dev.muster.standalone.up;

import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.standalone.process.Await;
import dev.muster.standalone.process.ChildMark;
import dev.muster.standalone.process.PidFile;
import dev.muster.standalone.process.RuntimeFiles;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Children that outlived a supervisor which was killed: found by pid file and mark, stopped in the usual order. */
final class Leftovers {
    private static final Duration GRACE = Duration.ofSeconds(30);
    // It keeps nothing outside its database, and in the middle of its start it does not listen.
    private static final Duration GRACE_OF_KEYCLOAK = Duration.ofSeconds(5);

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
            List<ProcessHandle> found = Stream.concat(
                            pidFile.alive().stream(), ChildMark.processes(data.logOf(log)).stream())
                    .distinct()
                    .toList();
            if (!found.isEmpty()) {
                progress.line("  " + name + " of an earlier run (process "
                        + found.getFirst().pid() + ") still runs; stopping it");
                end(log, found);
            }
            pidFile.delete();
        });
    }

    private void end(String log, List<ProcessHandle> found) {
        if (log.equals("postgresql")) {
            PostgresServer.stop(RuntimeFiles.locate().withCache(data.programs()), data.postgres());
        }
        // All of them in one go: what a child started ends with it or hears the same.
        found.forEach(ProcessHandle::destroy);
        Duration grace = log.equals("keycloak") ? GRACE_OF_KEYCLOAK : GRACE;
        if (!Await.until(grace, () -> found.stream().noneMatch(ProcessHandle::isAlive))) {
            found.stream()
                    .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process)))
                    .toList()
                    .forEach(ProcessHandle::destroyForcibly);
            Await.until(GRACE, () -> found.stream().noneMatch(ProcessHandle::isAlive));
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
