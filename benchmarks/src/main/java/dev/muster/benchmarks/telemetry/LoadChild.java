package dev.muster.benchmarks.telemetry;

import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Devices that send. Orders:
 *
 * <ul>
 *   <li>{@code run TOTAL RATE}: that many messages over all devices, {@code RATE} a second or as fast as possible (0), and
 *       wait until they are in Kafka; answers {@code SECONDS P50_MS P99_MS REFUSED OUT_OF_ORDER}
 *   <li>{@code start RATE}, {@code stop}: send without end, then wait until all is acknowledged; {@code stop} answers
 *       {@code SENT ACKNOWLEDGED REFUSED OUT_OF_ORDER RECONNECTS}
 *   <li>{@code move PORT}: where to connect the next time
 *   <li>{@code ready}: how many devices are connected
 * </ul>
 */
@SuppressWarnings("FutureReturnValueIgnored") // timers end with the process
final class LoadChild {
    private static final int HISTORY = 16_384;
    private static final long TICK_MILLIS = 2;

    private final NioEventLoopGroup group = new NioEventLoopGroup(1);
    private final LoadDevice.Shared shared;
    private final List<LoadDevice> devices = new ArrayList<>();
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong lastArrival = new AtomicLong();
    private final long maxUnderWay;
    private long[] latencies = {};
    private int latencyCount;
    private long startedNanos;
    private long paced;
    private int turn;
    private double perSecond;

    private LoadChild(int window, int count) {
        maxUnderWay = (long) window * count;
        shared = new LoadDevice.Shared(group.next(), window, this::room);
    }

    /** Bounded by what has arrived, so that no broker is made to keep a million messages. */
    private long room() {
        return tail ? maxUnderWay - (shared.sent - arrived.get()) : 1;
    }

    private boolean tail;

    /**
     * Arguments: host port, devices, window, directory of certificates or {@code plain}, keep-alive seconds, first
     * device's number, and where arrivals are watched: bootstrap and topic.
     */
    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[1]);
        LoadChild load = new LoadChild(Integer.parseInt(args[2]), count);
        if (args.length > 6) {
            load.tail = true;
            new Arrivals(args[6], args[7], load.watch()).start();
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        int first = Integer.parseInt(args[5]);
        for (int i = 0; i < count; i++) {
            SslContext tls = tls(args[3], first + i);
            load.devices.add(new LoadDevice(
                    load.shared, first + i, address, tls, load.tail ? HISTORY : 1, Integer.parseInt(args[4])));
        }
        load.connectSomeAtATime();
        ChildJvm.serve(load::answer);
        System.exit(0);
    }

    private static @Nullable SslContext tls(String directory, int index) throws IOException {
        if (directory.equals("plain")) {
            return null;
        }
        Path certificates = Path.of(directory);
        // Netty 4.1 compares no host names by itself; here the authority alone decides.
        return SslContextBuilder.forClient()
                .keyManager(
                        certificates.resolve("d" + index + ".pem").toFile(),
                        certificates.resolve("device.key").toFile())
                .trustManager(certificates.resolve("ca.pem").toFile())
                .protocols("TLSv1.3")
                .build();
    }

    /** So that neither side's backlog overflows. */
    private void connectSomeAtATime() {
        int step = 50;
        for (int i = 0; i < devices.size(); i++) {
            LoadDevice device = devices.get(i);
            shared.loop.schedule(device::connect, (long) i / step * 100, TimeUnit.MILLISECONDS);
        }
    }

    private Arrivals.Seen watch() {
        return new Arrivals.Seen() {
            private long now;

            @Override
            public void message(int index, long number) {
                if (latencyCount < latencies.length) {
                    latencies[latencyCount++] =
                            System.nanoTime() - devices.get(index).sentNanos(number);
                }
                now++;
            }

            @Override
            public void polled() {
                if (now > 0) {
                    lastArrival.set(System.nanoTime());
                    arrived.addAndGet(now);
                    now = 0;
                    shared.loop.execute(LoadChild.this::fillAll);
                }
            }
        };
    }

    private String answer(List<String> order) throws Exception {
        return switch (order.getFirst()) {
            case "ready" -> onLoop(() -> Long.toString(shared.ready));
            case "run" -> run(Long.parseLong(order.get(1)), Double.parseDouble(order.get(2)));
            case "start" -> {
                pace(Long.MAX_VALUE / 2, Double.parseDouble(order.get(1)));
                yield "started";
            }
            case "stop" -> stop(Long.parseLong(order.get(1)));
            case "move" ->
                onLoop(() -> {
                    InetSocketAddress other =
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(order.get(1)));
                    devices.forEach(device -> device.moveTo(other));
                    return "moved";
                });
            default -> throw new IllegalArgumentException("expected an order, found `" + order + "`");
        };
    }

    private interface Question {
        String answer();
    }

    private String onLoop(Question question) throws Exception {
        return CompletableFuture.supplyAsync(question::answer, shared.loop).get();
    }

    private String run(long total, double rate) throws Exception {
        latencyCount = 0;
        latencies = new long[rate > 0 ? (int) total : 0];
        long before = arrived.get();
        long refusedBefore = shared.refused;
        long started = System.nanoTime();
        pace(total, rate);
        long last = System.nanoTime();
        long seen = before;
        while (arrived.get() - before < total || !onLoop(this::allAcknowledged).equals("true")) {
            TimeUnit.MILLISECONDS.sleep(5);
            if (arrived.get() != seen) {
                seen = arrived.get();
                last = System.nanoTime();
            }
            if (System.nanoTime() - last > TimeUnit.SECONDS.toNanos(60)) {
                return "stalled " + (seen - before) + " of " + total + " arrived, " + shared.acknowledged
                        + " acknowledged in all";
            }
        }
        double seconds = (lastArrival.get() - started) / 1e9;
        long[] sorted = Arrays.copyOf(latencies, latencyCount);
        Arrays.sort(sorted);
        return "done " + seconds + " " + percentile(sorted, 0.5) + " " + percentile(sorted, 0.99) + " "
                + (shared.refused - refusedBefore) + " " + shared.outOfOrder;
    }

    private static double percentile(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * part)] / 1e6;
    }

    private String allAcknowledged() {
        return Boolean.toString(shared.acknowledged == shared.sent);
    }

    private void pace(long total, double rate) {
        shared.loop.execute(() -> {
            perSecond = rate;
            startedNanos = System.nanoTime();
            paced = 0;
            if (rate == 0) {
                for (int i = 0; i < devices.size(); i++) {
                    devices.get(i).allow(total / devices.size() + (i < total % devices.size() ? 1 : 0));
                }
                fillAll();
            } else {
                tick(total);
            }
        });
    }

    private void tick(long total) {
        if (perSecond == 0) {
            return; // stopped
        }
        long due = Math.min(total, (long) ((System.nanoTime() - startedNanos) / 1e9 * perSecond));
        for (; paced < due; paced++) {
            LoadDevice device = devices.get(turn);
            turn = (turn + 1) % devices.size();
            device.allow(1);
            device.fill();
        }
        if (paced < total) {
            shared.loop.schedule(() -> tick(total), TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void fillAll() {
        devices.forEach(LoadDevice::fill);
    }

    /** Waits until everything allowed was sent and acknowledged, at most so many seconds. */
    private String stop(long seconds) throws Exception {
        onLoop(() -> {
            perSecond = 0;
            return "";
        });
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end && !onLoop(this::allDone).equals("true")) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return onLoop(() -> shared.sent + " " + shared.acknowledged + " " + shared.refused + " " + shared.outOfOrder
                + " " + shared.reconnects);
    }

    private String allDone() {
        return Boolean.toString(devices.stream().allMatch(LoadDevice::isDone));
    }
}
