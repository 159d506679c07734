package dev.muster.agent.help;

import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.transport.HttpStatusException;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpFrames;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Sends frames in order, not faster than allowed, again where an answer was lost. Several threads may send. */
final class Uplink {
    private static final int MAX_ANSWER = 4 << 10;
    private static final int ATTEMPTS = 8;
    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final double NANOS = 1e9;

    private final DeviceHttps https;
    private final String session;
    private final long perSecond;
    private final LongSupplier nanos;
    private final Pause pause;
    private long next = 1;
    private long paidUntil;

    /** Waits. */
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    Uplink(DeviceHttps https, String session, long perSecond, LongSupplier nanos, Pause pause) {
        this.https = https;
        this.session = session;
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.pause = pause;
        this.paidUntil = nanos.getAsLong();
    }

    /** Sends one frame; back-pressure of the server is waited for. */
    synchronized void send(HelpFrame frame) throws IOException {
        byte[] body = new HelpFrames(next, List.of(frame), Optional.empty()).toJson();
        try {
            pace(frame.data().length);
            for (int attempt = 1; ; attempt++) {
                try {
                    byte[] unused = https.send("POST", "/device/v1/help/" + session + "/up", body, MAX_ANSWER);
                    next++;
                    return;
                } catch (HttpStatusException e) {
                    if (e.status() < 500 && e.status() != 429) {
                        throw new HelpEndedException(String.valueOf(e.getMessage()));
                    }
                    again(e, attempt);
                } catch (IOException e) {
                    // The same number again: what arrived already is not taken in twice.
                    again(e, attempt);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HelpEndedException("stopped");
        }
    }

    private void again(IOException cause, int attempt) throws IOException, InterruptedException {
        if (attempt == ATTEMPTS) {
            throw cause;
        }
        pause.of(WAIT);
    }

    private void pace(int bytes) throws InterruptedException {
        long now = nanos.getAsLong();
        if (paidUntil - now > 0) {
            pause.of(Duration.ofNanos(paidUntil - now));
        }
        paidUntil = Math.max(paidUntil, now) + (long) (bytes * NANOS / perSecond);
    }
}
