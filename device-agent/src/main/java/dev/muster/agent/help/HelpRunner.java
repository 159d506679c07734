package dev.muster.agent.help;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.settings.SettingsKeeper;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.transport.HttpStatusException;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.help.HelpAllow;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpFrames;
import dev.muster.protocol.help.HelpStart;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Remote help on this device, one session at a time. INVARIANT (allowed by signature): a session begins, and goes on, only
 * while the signed settings allow it; what the server says counts for nothing beside them. Public methods are for any
 * thread and return at once.
 */
public final class HelpRunner implements AutoCloseable {
    private static final Pattern SESSION = Pattern.compile("[0-9a-f-]{36}");
    private static final int MAX_START = 8 << 10;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int MOST_FAILURES = 30;

    private final Parts parts;
    private @Nullable Running running;
    private @Nullable String waiting;
    private boolean closed;

    /**
     * What it works with.
     *
     * @param allowed by the signed settings of this moment
     * @param https makes a connection of the caller's own
     */
    public record Parts(
            Supplier<HelpAllow> allowed,
            Supplier<DeviceHttps> https,
            SettingsKeeper.Events events,
            InstantSource time,
            LongSupplier nanos,
            AgentLog log) {}

    public HelpRunner(Parts parts) {
        this.parts = parts;
    }

    /** A session that somebody asks for. */
    public synchronized void take(String session) {
        if (!SESSION.matcher(session).matches()) {
            parts.log().line("remote help was asked for by a session without a name");
            return;
        }
        Running now = running;
        if (now != null && now.thread.isAlive()) {
            if (!now.session.equals(session)) {
                // The server has one at a time: the one that still runs here is over there. It may need a moment to see
                // that.
                waiting = session;
                now.end("the server began another session");
            }
            return;
        }
        begin(session);
    }

    private void begin(String session) {
        Running next = new Running(session);
        running = next;
        next.thread.start();
    }

    /** A session has ended to its last word. */
    private synchronized void ended() {
        String next = waiting;
        waiting = null;
        running = null;
        if (next != null && !closed) {
            begin(next);
        }
    }

    /** A look at the settings and the clock; called every second. */
    public synchronized void look() {
        Running now = running;
        if (now != null && now.thread.isAlive()) {
            now.look();
        }
    }

    @Override
    public void close() {
        Running now;
        synchronized (this) {
            closed = true;
            now = running;
        }
        if (now != null) {
            now.end("the agent stops");
        }
    }

    /** One session. */
    private final class Running {
        private final String session;
        private final Thread thread;
        private final DeviceHttps down;
        private volatile @Nullable HelpStart start;
        private volatile @Nullable String over;

        Running(String session) {
            this.session = session;
            this.down = parts.https().get();
            this.thread = Thread.ofPlatform().name("help").daemon().unstarted(this::run);
        }

        void look() {
            HelpStart now = start;
            if (now != null) {
                refusal(now).ifPresent(this::end);
            }
        }

        /** From beside: the call that waits is broken off. */
        void end(String why) {
            if (over == null) {
                over = why;
            }
            down.abort();
        }

        private Optional<String> refusal(HelpStart asked) {
            if (!parts.time().instant().isBefore(asked.until())) {
                return Optional.of("its time is over");
            }
            return parts.allowed()
                    .get()
                    .refusal(asked.kind(), asked.subject(), parts.time().instant());
        }

        private void run() {
            String why = "";
            try {
                HelpStart asked = HelpStart.fromJson(
                        down.send("POST", "/device/v1/help/" + session + "/open", new byte[0], MAX_START));
                Optional<String> refusal = refusal(asked);
                if (refusal.isPresent()) {
                    parts.log()
                            .line("remote help `" + asked.kind().text() + "` of `" + asked.by() + "` is refused: "
                                    + refusal.get());
                    tell("help.refused", asked, refusal.get());
                    close("refused by the device: " + refusal.get());
                    return;
                }
                parts.log()
                        .line("remote help `" + asked.kind().text() + "` " + asked.subject() + " begins, for `"
                                + asked.by() + "`: " + asked.reason());
                tell("help.opened", asked, "");
                start = asked;
                try {
                    work(asked);
                    why = "done";
                } catch (HelpEndedException e) {
                    why = String.valueOf(e.getMessage());
                }
                String beside = over;
                why = beside == null ? why : beside;
                parts.log().line("remote help of `" + asked.by() + "` ended: " + why);
                tell("help.closed", asked, why);
                close(why);
            } catch (IOException | ProtocolException e) {
                parts.log().line("remote help `" + session + "` failed: " + e.getMessage());
                close("the device could not go on: " + e.getMessage());
            } finally {
                ended();
            }
        }

        private void work(HelpStart asked) throws IOException {
            HelpAllow allow = parts.allowed().get();
            Uplink uplink = new Uplink(
                    parts.https().get(),
                    session,
                    allow.bytesPerSecond(),
                    parts.nanos(),
                    time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
            try (Worker worker = worker(asked, allow, uplink)) {
                long after = 0;
                int failures = 0;
                while (over == null && !worker.isDone()) {
                    Optional<HelpFrames> got = receive(after);
                    if (got.isEmpty()) {
                        if (++failures > MOST_FAILURES) {
                            throw new HelpEndedException("the server could not be reached");
                        }
                        continue;
                    }
                    failures = 0;
                    for (HelpFrame frame : got.get().frames()) {
                        worker.take(frame);
                    }
                    after = Math.max(after, got.get().last());
                    if (got.get().over().isPresent()) {
                        throw new HelpEndedException(got.get().over().get());
                    }
                }
            }
        }

        /** What comes next; empty where the server did not answer, or a worker that is done broke the waiting off. */
        private Optional<HelpFrames> receive(long after) throws IOException {
            try {
                return down.get("/device/v1/help/" + session + "/down/" + after, HelpFrames.MAX_BYTES)
                        .map(HelpFrames::fromJson);
            } catch (HttpStatusException e) {
                if (e.status() < 500) {
                    throw new HelpEndedException(String.valueOf(e.getMessage()));
                }
            } catch (IOException e) {
                // A lost connection is not the end; the server says when it is.
            }
            try {
                TimeUnit.MILLISECONDS.sleep(over == null ? RETRY.toMillis() : 0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HelpEndedException("the agent stops");
            }
            return Optional.empty();
        }

        private Worker worker(HelpStart asked, HelpAllow allow, Uplink uplink) throws IOException {
            return switch (asked.kind()) {
                case TERMINAL -> new TerminalWorker(asked, uplink, down::abort);
                case GET -> FileWorker.get(asked, allow.paths(), uplink, down::abort);
                case PUT -> FileWorker.put(asked, allow.paths(), uplink, down::abort);
                case FORWARD -> new ForwardWorker(asked, uplink);
            };
        }

        private void close(String why) {
            try {
                byte[] unused = parts.https()
                        .get()
                        .send(
                                "POST",
                                "/device/v1/help/" + session + "/close",
                                JsonObject.write(Map.of("reason", why.substring(0, Math.min(500, why.length())))),
                                MAX_START);
            } catch (IOException e) {
                // The server ends it by itself, at the latest when its time is over.
            }
        }

        private void tell(String kind, HelpStart asked, String why) {
            Map<String, String> detail = new LinkedHashMap<>();
            detail.put("session", session);
            detail.put("kind", asked.kind().text());
            detail.put("subject", asked.subject());
            detail.put("by", asked.by());
            detail.put("reason", why);
            try {
                parts.events().event(new DeviceEvent(kind, parts.time().instant(), detail));
            } catch (IOException e) {
                parts.log().line("event `" + kind + "` is not on disk: " + e.getMessage());
            }
        }
    }
}
