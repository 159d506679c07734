package dev.muster.standalone.up;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.StandaloneException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The ports of one instance, all derived from one base (ARCHITECTURE.md, "Ports"). */
record PortPlan(int base) {
    static final int DEFAULT_BASE = 7_400;
    static final int LAST_OFFSET = 8;
    private static final int MAX_PORT = 65_535;

    PortPlan {
        if (base < 1 || base + LAST_OFFSET > MAX_PORT) {
            throw new StandaloneException(
                    ExitCode.USAGE, "`--port-base` must be 1 to " + (MAX_PORT - LAST_OFFSET) + ", found " + base);
        }
    }

    int api() {
        return base;
    }

    int device() {
        return base + 1;
    }

    int gateway() {
        return base + 2;
    }

    int keycloak() {
        return base + 3;
    }

    int kafka() {
        return base + 4;
    }

    int kafkaController() {
        return base + 5;
    }

    int postgres() {
        return base + 6;
    }

    int ddi() {
        return base + 7;
    }

    int management() {
        return base + LAST_OFFSET;
    }

    /** Fails with every busy port at once, so that one look is enough. */
    void requireFree() {
        Map<Integer, String> needed = new LinkedHashMap<>();
        needed.put(api(), "the API and console");
        needed.put(device(), "devices (HTTPS)");
        needed.put(gateway(), "devices (MQTT)");
        needed.put(keycloak(), "Keycloak");
        needed.put(kafka(), "Kafka");
        needed.put(kafkaController(), "Kafka's controller");
        needed.put(postgres(), "PostgreSQL");
        needed.put(ddi(), "hawkBit's clients");
        needed.put(management(), "health and metrics");
        List<String> busy = new ArrayList<>();
        needed.forEach((port, purpose) -> {
            try {
                Ports.requireFree(port, purpose);
            } catch (StandaloneException e) {
                busy.add(String.valueOf(e.getMessage()));
            }
        });
        if (!busy.isEmpty()) {
            throw new StandaloneException(ExitCode.PORT_BUSY, String.join("\n", busy));
        }
    }
}
