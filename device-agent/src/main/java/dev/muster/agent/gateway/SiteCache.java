package dev.muster.agent.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.update.ContentSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * A pull-through cache of {@code /device/v1/targets/<sha256>} for the devices of a site: each content is loaded once, however many ask. TLS with
 * device certificates on both sides. Whatever goes wrong here, a device goes to the server. Thread-safe.
 */
final class SiteCache implements AutoCloseable {
    static final String PATH = "/device/v1/targets/";

    private static final int ANSWERING = 32;
    private static final int LOADING = 4;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-");

    private final CacheStore store;
    private final Supplier<ContentSource> server;
    private final AgentLog log;
    private final HttpsServer http;
    private final ExecutorService answering;
    private final ExecutorService loading;
    private final Map<String, SharedDownload> downloads = new HashMap<>();
    private final AtomicLong fetched = new AtomicLong();
    private final AtomicLong served = new AtomicLong();

    /**
     * Opens the port.
     *
     * @param tls asks for certificates of devices of the tenant
     * @param server where a content comes from that is not here, one for each download
     */
    SiteCache(int port, SSLContext tls, CacheStore store, Supplier<ContentSource> server, AgentLog log)
            throws IOException {
        this.store = store;
        this.server = server;
        this.log = log;
        this.http = HttpsServer.create(new InetSocketAddress(port), 0);
        this.answering = Executors.newFixedThreadPool(ANSWERING, threads("agent-cache"));
        this.loading = Executors.newFixedThreadPool(LOADING, threads("agent-cache-load"));
        http.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = tls.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        http.setExecutor(answering);
        http.createContext(PATH, this::answer);
        http.start();
    }

    private static ThreadFactory threads(String name) {
        return Thread.ofPlatform().name(name).daemon().factory();
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** Bytes that came over the uplink for others. */
    long fetched() {
        return fetched.get();
    }

    /** Bytes that devices got from here. */
    long served() {
        return served.get();
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            String sha256 = exchange.getRequestURI().getPath().substring(PATH.length());
            if (!(exchange instanceof HttpsExchange) || !CacheStore.isHash(sha256)) {
                exchange.sendResponseHeaders(404, -1);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
            } else {
                send(exchange, sha256);
            }
        } catch (IOException e) {
            // The device went away, or what it waited for does not come: it goes to the server.
            log.line("cache: a transfer ended early: " + e.getMessage());
        } catch (RuntimeException e) {
            log.line("cache: a request could not be answered: " + e);
        }
    }

    private void send(HttpExchange exchange, String sha256) throws IOException {
        Optional<Path> whole = store.find(sha256);
        if (whole.isPresent()) {
            try (FileChannel file = FileChannel.open(whole.get(), StandardOpenOption.READ)) {
                begin(exchange, sha256, file.size(), (from, out) -> copy(file, from, out));
            }
            return;
        }
        SharedDownload download = download(sha256);
        try {
            send(exchange, sha256, download);
        } finally {
            download.release();
        }
    }

    private void send(HttpExchange exchange, String sha256, SharedDownload download) throws IOException {
        long total;
        try {
            total = download.total();
        } catch (ContentSource.MissingException e) {
            exchange.sendResponseHeaders(404, -1);
            return;
        } catch (IOException e) {
            log.line("cache: `" + sha256 + "` does not come: " + e.getMessage());
            exchange.sendResponseHeaders(502, -1);
            return;
        }
        begin(exchange, sha256, total, (from, out) -> download.send(from, out, served::addAndGet));
    }

    private interface Bytes {
        void sendFrom(long from, OutputStream out) throws IOException;
    }

    private static void begin(HttpExchange exchange, String sha256, long total, Bytes bytes) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        Matcher asked = RANGE.matcher(range == null ? "" : range);
        long from = asked.matches() ? Long.parseLong(asked.group(1)) : 0;
        exchange.getResponseHeaders().set("ETag", "\"" + sha256 + "\"");
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        if (from > 0 && from >= total) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + total);
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (total - 1) + "/" + total);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, total == 0 ? -1 : total - from);
        if (total > 0) {
            bytes.sendFrom(from, exchange.getResponseBody());
            exchange.getResponseBody().close();
        }
    }

    private void copy(FileChannel file, long from, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long position = from;
        int count;
        while ((count = file.read(ByteBuffer.wrap(buffer), position)) > 0) {
            out.write(buffer, 0, count);
            served.addAndGet(count);
            position += count;
        }
    }

    /** The one download of this content; begun now where there is none. */
    private synchronized SharedDownload download(String sha256) throws IOException {
        SharedDownload running = downloads.get(sha256);
        if (running != null) {
            return running.retain();
        }
        SharedDownload next = new SharedDownload(sha256, store, this::busy, fetched::addAndGet);
        downloads.put(sha256, next);
        next.retain();
        loading.execute(() -> {
            try {
                next.run(server.get());
            } finally {
                ended(sha256);
                next.release();
            }
        });
        return next.retain();
    }

    private synchronized Set<String> busy() {
        return Set.copyOf(downloads.keySet());
    }

    private synchronized void ended(String sha256) {
        downloads.remove(sha256);
    }

    @Override
    public void close() {
        http.stop(0);
        loading.shutdownNow();
        answering.shutdownNow();
    }
}
