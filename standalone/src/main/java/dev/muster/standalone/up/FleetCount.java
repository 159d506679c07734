package dev.muster.standalone.up;

import dev.muster.standalone.api.ApiClient;
import java.util.Map;

/** How many devices the server knows and how many of them are connected. */
record FleetCount(int devices, int online) {
    static FleetCount ask(ApiClient api) {
        Map<String, Object> fleet = api.get("/fleet");
        return new FleetCount(number(fleet, "devices"), number(fleet, "online"));
    }

    private static int number(Map<String, Object> fleet, String name) {
        return fleet.get(name) instanceof Number number ? number.intValue() : 0;
    }
}
