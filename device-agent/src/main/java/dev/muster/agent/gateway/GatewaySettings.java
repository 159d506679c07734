package dev.muster.agent.gateway;

import dev.muster.agent.store.WatchedFile;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of the settings document in force is about sites. Read again when the document changes; a value that cannot be read counts as not
 * set. Thread-safe.
 *
 * <pre>{@code
 * {"agent": {"siteCache": {"address": "10.0.0.5:7490", "gateway": "gw-north"}},
 *  "gateway": {"cache": {"port": 7490, "maxBytes": 8589934592}, "drivers": {"plc": {"bus": "/dev/ttyUSB0"}}}}
 * }</pre>
 */
public final class GatewaySettings {
    private static final int MAX_BYTES = 1 << 20;
    private static final long LEAST_CACHE = 1 << 20;
    private static final int MAX_PORT = 65_535;
    private static final Pattern ADDRESS =
            Pattern.compile("([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]):([0-9]{1,5})");

    private static final Pattern DRIVER = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private final WatchedFile file;
    private volatile Read read = new Read(-1, Optional.empty(), Optional.empty(), Map.of());

    private record Read(
            long version,
            Optional<CacheRole> role,
            Optional<CacheAddress> address,
            Map<String, Map<String, @Nullable Object>> drivers) {}

    /** This device keeps a cache. */
    public record CacheRole(int port, long maxBytes) {}

    /**
     * Another device keeps one for this.
     *
     * @param gateway whose certificate the cache must show
     */
    public record CacheAddress(String host, int port, DeviceId gateway) {}

    /** Settings in {@code file}, which need not be there. */
    public GatewaySettings(Path file, LongSupplier nanos) {
        this.file = new WatchedFile(file, MAX_BYTES, nanos);
    }

    /** {@code gateway.cache}. */
    public Optional<CacheRole> cacheRole() {
        return refresh().role;
    }

    /** {@code gateway.drivers}: what each is configured with, by its name. */
    public Map<String, Map<String, @Nullable Object>> drivers() {
        return refresh().drivers;
    }

    /** {@code agent.siteCache}. */
    public Optional<CacheAddress> siteCache() {
        return refresh().address;
    }

    private Read refresh() {
        WatchedFile.Reading reading = file.read();
        Read last = read;
        if (last.version != reading.version()) {
            last = parse(reading);
            read = last;
        }
        return last;
    }

    private static Read parse(WatchedFile.Reading reading) {
        try {
            Optional<JsonObject> document = reading.content().map(JsonObject::parse);
            return new Read(
                    reading.version(),
                    document.flatMap(json -> json.optionalObject("gateway"))
                            .flatMap(json -> json.optionalObject("cache"))
                            .map(GatewaySettings::role),
                    document.flatMap(json -> json.optionalObject("agent"))
                            .flatMap(json -> json.optionalObject("siteCache"))
                            .map(GatewaySettings::address),
                    document.flatMap(json -> json.optionalObject("gateway"))
                            .flatMap(json -> json.optionalObject("drivers"))
                            .map(GatewaySettings::drivers)
                            .orElse(Map.of()));
        } catch (ProtocolException | IllegalArgumentException e) {
            return new Read(reading.version(), Optional.empty(), Optional.empty(), Map.of());
        }
    }

    private static Map<String, Map<String, @Nullable Object>> drivers(JsonObject json) {
        Map<String, Map<String, @Nullable Object>> drivers = new TreeMap<>();
        for (String name : json.members().keySet()) {
            // A name and never a path: what runs is what an image put there.
            if (!DRIVER.matcher(name).matches()) {
                throw new ProtocolException("expected a name of a-z, 0-9 and -, found `" + name + "`");
            }
            drivers.put(name, json.object(name).members());
        }
        return drivers;
    }

    private static CacheRole role(JsonObject json) {
        return new CacheRole(port(json.number("port")), Math.max(LEAST_CACHE, json.number("maxBytes")));
    }

    private static CacheAddress address(JsonObject json) {
        Matcher address = ADDRESS.matcher(json.string("address"));
        if (!address.matches()) {
            throw new ProtocolException("expected `host:port` at `address`, found `" + json.string("address") + "`");
        }
        return new CacheAddress(
                address.group(1), port(Long.parseLong(address.group(2))), json.convert("gateway", DeviceId::new));
    }

    private static int port(long port) {
        if (port < 1 || port > MAX_PORT) {
            throw new ProtocolException("expected a port of 1 to " + MAX_PORT + ", found " + port);
        }
        return (int) port;
    }
}
