package dev.muster.benchmarks.telemetry;

import dev.muster.telemetry.gateway.Gateway;
import dev.muster.telemetry.gateway.GatewayConfig;
import dev.muster.telemetry.gateway.GatewayLimits;
import dev.muster.telemetry.gateway.PlainGateway;
import dev.muster.telemetry.gateway.Quota;
import dev.muster.telemetry.gateway.TlsProvider;
import dev.muster.telemetry.kafka.KafkaSettings;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The product's gateway alone. Orders: {@code port}, {@code heap} (bytes in use after a collection), {@code descriptors},
 * {@code connections}.
 */
final class GatewayChild {
    private static final int ACCEPTS_PER_SECOND = 2_000;
    /** Never reached, but counted as in the product. */
    private static final Quota QUOTA = new Quota(10_000_000, 10_000_000_000L);

    private GatewayChild() {}

    /** Arguments: Kafka's bootstrap, instance, port, directory of certificates or {@code plain}, who does TLS if not the fastest here. */
    public static void main(String[] args) throws Exception {
        GatewayConfig config = GatewayConfig.of(
                        KafkaSettings.plain(args[0], ""),
                        args[1],
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[2])))
                .withLimits(GatewayLimits.DEFAULT
                        .withAcceptsPerSecond(ACCEPTS_PER_SECOND)
                        .withQuotas(QUOTA, QUOTA));
        Gateway gateway = args[3].equals("plain")
                ? PlainGateway.start(config)
                : Gateway.start(
                        config.withTls(args.length > 4 ? TlsProvider.valueOf(args[4]) : TlsProvider.AUTO),
                        Certificates.server(Path.of(args[3])));
        while (!gateway.health().ready()) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        ChildJvm.serve(order -> answer(gateway, order));
        System.exit(0);
    }

    private static String answer(Gateway gateway, List<String> order) throws Exception {
        return switch (order.getFirst()) {
            case "port" -> Integer.toString(gateway.address().getPort());
            case "heap" -> Long.toString(heapInUse());
            case "descriptors" -> {
                try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                    yield Long.toString(open.count());
                }
            }
            case "connections" -> Long.toString(meter(gateway, "gateway.connections"));
            case "meter" -> Long.toString(meter(gateway, order.get(1)));
            default -> throw new IllegalArgumentException("expected an order, found `" + order + "`");
        };
    }

    private static long meter(Gateway gateway, String name) {
        return gateway.meters().stream()
                .filter(meter -> meter.name().equals(name))
                .mapToLong(meter -> meter.value().getAsLong())
                .sum();
    }

    private static long heapInUse() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
