package dev.muster.standalone.backup;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a backup says of itself, first of all that lies in it.
 *
 * @param made when its database was copied; nothing that happened later is in it
 * @param muster version of the product
 * @param postgres version of PostgreSQL, whose files it has: another major version does not read them
 * @param architecture of the machine, for the same reason
 * @param schema number of the last migration of the server's schema
 * @param telemetry whether samples and windows are in it
 * @param portBase ports as they were
 * @param host name for other machines, as it was
 */
record Manifest(
        Instant made,
        String muster,
        String postgres,
        String architecture,
        int schema,
        boolean telemetry,
        int portBase,
        Optional<String> host) {
    static final String NAME = "manifest.json";

    byte[] toJson() throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("made", made.toString());
        map.put("muster", muster);
        map.put("postgres", postgres);
        map.put("architecture", architecture);
        map.put("schema", schema);
        map.put("telemetry", telemetry);
        map.put("portBase", portBase);
        host.ifPresent(name -> map.put("host", name));
        return JSON.std.asBytes(map);
    }

    static Manifest fromJson(byte[] bytes) throws IOException {
        Map<String, Object> map = JSON.std.mapFrom(bytes);
        try {
            return new Manifest(
                    Instant.parse(String.valueOf(map.get("made"))),
                    String.valueOf(map.get("muster")),
                    String.valueOf(map.get("postgres")),
                    String.valueOf(map.get("architecture")),
                    Integer.parseInt(String.valueOf(map.get("schema"))),
                    Boolean.TRUE.equals(map.get("telemetry")),
                    Integer.parseInt(String.valueOf(map.get("portBase"))),
                    Optional.ofNullable(map.get("host")).map(String::valueOf));
        } catch (DateTimeException | NumberFormatException e) {
            throw new IOException("its manifest cannot be read: " + e.getMessage(), e);
        }
    }

    /** 17 of 17.5. */
    static String major(String version) {
        int dot = version.indexOf('.');
        return dot < 0 ? version : version.substring(0, dot);
    }
}
