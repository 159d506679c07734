package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * What a service of {@code Type=notify} tells its service manager; sd_notify(3). Through the program {@code systemd-notify},
 * because Java has no Unix datagram sockets: a child process each time, so the unit says {@code NotifyAccess=all} and asks for
 * a sign of life every few minutes only. Thread-safe.
 */
public final class ServiceNotify {
    private final Programs programs;
    private final Optional<Duration> heartbeat;

    private ServiceNotify(Programs programs, Optional<Duration> heartbeat) {
        this.programs = programs;
        this.heartbeat = heartbeat;
    }

    /** Empty where nobody listens: not started by a service manager, or by one without the program. */
    public static Optional<ServiceNotify> find(Map<String, String> environment, Programs programs) {
        if (!environment.containsKey("NOTIFY_SOCKET")
                || programs.find("systemd-notify").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ServiceNotify(
                programs,
                Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                        .filter(text -> text.matches("[1-9][0-9]{0,17}"))
                        // Half of what is allowed, as sd_watchdog_enabled(3) asks.
                        .map(text -> Duration.of(Long.parseLong(text), ChronoUnit.MICROS)
                                .dividedBy(2))));
    }

    /** How often {@link #alive} is expected; empty where no watchdog is set. */
    public Optional<Duration> heartbeat() {
        return heartbeat;
    }

    /** The service is up. */
    public void ready() throws IOException {
        send("READY=1");
    }

    /** The service lives. What goes without this for too long is ended and started again. */
    public void alive() throws IOException {
        send("WATCHDOG=1");
    }

    private void send(String message) throws IOException {
        Programs.Result result = programs.run(Programs.ASKING, "systemd-notify", message);
        if (!result.isGood()) {
            throw new IOException("`systemd-notify " + message + "`: " + result.lastLine());
        }
    }
}
