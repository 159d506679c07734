package dev.muster.agent.gateway;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.platform.DriverProcess;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One driver program and the conversation with it ({@code docs/reference/drivers.md}). It is started at the first question, and after its end at the
 * next one, with growing pauses between. {@link #ask} by one thread; whatever a program does, only its own questions fail.
 */
final class Driver implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final String name;
    private final Path program;
    private final Path directory;
    private final Map<String, @Nullable Object> config;
    private final Telemetry telemetry;
    private final LongSupplier nanos;
    private final AgentLog log;
    private final Map<Long, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private @Nullable DriverProcess process;
    private volatile Set<String> kinds = Set.of();
    private volatile boolean ended;
    private Duration pause = Duration.ZERO;
    private long startAgainAt;
    private long questions;

    /** Hears what a driver measures; called by its reader's thread. */
    interface Telemetry {
        void came(String child, List<Sample> samples);
    }

    Driver(
            String name,
            Path program,
            Path directory,
            Map<String, @Nullable Object> config,
            Telemetry telemetry,
            LongSupplier nanos,
            AgentLog log) {
        this.name = name;
        this.program = program;
        this.directory = directory;
        this.config = config;
        this.telemetry = telemetry;
        this.nanos = nanos;
        this.log = log;
    }

    String name() {
        return name;
    }

    Map<String, @Nullable Object> config() {
        return config;
    }

    /** Kinds of targets that it takes, such as {@code settings}. */
    Set<String> kinds() {
        return kinds;
    }

    /** The driver said no, in words of its own. */
    static final class SaidNoException extends IOException {
        private final String code;

        SaidNoException(String code, String message) {
            super(message);
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    /** Asks, and waits for the answer; {@link SaidNoException} if that is an error. */
    JsonObject ask(String op, Map<String, ?> members) throws IOException {
        if (ended || process == null) {
            start();
        }
        return said(op, members);
    }

    private void start() throws IOException {
        stop();
        if (nanos.getAsLong() - startAgainAt < 0) {
            throw new IOException("driver `" + name + "` ended and is left alone for a while");
        }
        pause = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        startAgainAt = nanos.getAsLong() + pause.toNanos();
        DriverProcess next = new DriverProcess(program, directory);
        process = next;
        ended = false;
        Thread.ofPlatform().name("agent-driver-" + name).daemon().start(() -> listen(next));
        JsonObject hello = said("hello", Map.of("contract", 1, "config", config));
        kinds = Set.copyOf(hello.strings("targets"));
        log.line("driver `" + name + "` started");
    }

    private JsonObject said(String op, Map<String, ?> members) throws IOException {
        DriverProcess running = process;
        if (running == null) {
            throw new IOException("driver `" + name + "` does not run");
        }
        long id = ++questions;
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("id", id);
        question.put("op", op);
        question.putAll(members);
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            running.write(JsonObject.write(question));
            if (ended) {
                throw new IOException("driver `" + name + "` ended");
            }
            JsonObject said = answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
            Optional<JsonObject> error = said.optionalObject("error");
            if (error.isPresent()) {
                throw new SaidNoException(
                        error.get().string("code"),
                        error.get().optionalString("message").orElse("no reason given"));
            }
            pause = Duration.ZERO;
            return said;
        } catch (TimeoutException e) {
            stop();
            throw new IOException(
                    "driver `" + name + "` did not answer `" + op + "` within " + ANSWER.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IOException("driver `" + name + "` ended before it answered `" + op + "`");
        } catch (ProtocolException e) {
            throw new IOException("driver `" + name + "` answered `" + op + "` wrongly: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted");
        } finally {
            waiting.remove(id);
        }
    }

    private void listen(DriverProcess from) {
        String why = "it ended";
        try {
            for (Optional<byte[]> line = from.read(); line.isPresent(); line = from.read()) {
                take(JsonObject.parse(line.get()));
            }
        } catch (IOException | ProtocolException e) {
            why = String.valueOf(e.getMessage());
        } finally {
            if (from == process) {
                ended = true;
                log.line("driver `" + name + "`: " + why);
            }
            waiting.values().forEach(answer -> answer.completeExceptionally(new IOException("the driver ended")));
            from.close();
        }
    }

    private void take(JsonObject line) {
        Optional<Long> id = line.optionalNumber("id");
        if (id.isPresent()) {
            CompletableFuture<JsonObject> answer = waiting.get(id.get());
            if (answer != null) {
                answer.complete(line);
            }
        } else if (line.optionalString("event").filter("telemetry"::equals).isPresent()) {
            List<Sample> samples = new ArrayList<>();
            long at = line.optionalNumber("at").orElse(0L);
            line.objects(
                    "samples",
                    sample -> samples.add(new Sample(
                            sample.string("name"), at, value(sample.members().get("value")))));
            telemetry.came(line.string("child"), samples);
        }
    }

    private static Object value(@Nullable Object value) {
        return switch (value) {
            case Double number -> number;
            case Long number -> number;
            case Boolean flag -> flag;
            case String text -> text;
            case Number number -> number.doubleValue();
            case null, default ->
                throw new ProtocolException("expected a number, flag or text at `value`, found another");
        };
    }

    private void stop() {
        DriverProcess running = process;
        process = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
