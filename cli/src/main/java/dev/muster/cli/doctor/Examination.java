package dev.muster.cli.doctor;

import dev.muster.cli.http.Api;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Looks at this machine first, then at what the server says of itself; goes on whatever does not answer. */
public final class Examination {
    private static final Duration CLOCK_WARN = Duration.ofSeconds(5);
    private static final Duration CLOCK_FAIL = Duration.ofSeconds(60);

    /** The header has whole seconds. */
    private static final Duration DATE_DOUBT = Duration.ofSeconds(1);

    private static final Duration CERTIFICATE_WARN = Duration.ofDays(21);
    private static final Duration CERTIFICATE_FAIL = Duration.ofDays(3);
    private static final long SPACE_WARN = 2L << 30;
    private static final long SPACE_FAIL = 512L << 20;

    private final Session session;
    private final String version;
    private final Path data;
    private final List<Check> checks = new ArrayList<>();
    private boolean reached;

    private Examination(Session session, String version, Path data) {
        this.session = session;
        this.version = version;
        this.data = data;
    }

    /**
     * What was found, the worst first.
     *
     * @param reached whether a server answered
     */
    public record Result(URI server, boolean reached, List<Check> checks) {
        public Result {
            checks = List.copyOf(checks);
        }

        Check.State state() {
            return checks.stream()
                    .map(Check::state)
                    .max(Comparator.naturalOrder())
                    .orElse(Check.State.OK);
        }

        long count(Check.State state) {
            return checks.stream().filter(check -> check.state() == state).count();
        }

        /** As JSON; the members of the server's own answer, and its address. */
        public Map<String, Object> toMap() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("server", server.toString());
            members.put("reached", reached);
            members.put("state", state().text());
            members.put("items", checks.stream().map(Check::toMap).toList());
            return members;
        }
    }

    /**
     * Examines.
     *
     * @param version of this command line
     * @param data where a server of this machine may have its data
     */
    public static Result of(Session session, String version, Path data) {
        Examination examination = new Examination(session, version, data);
        URI server = session.server();
        examination.here();
        examination.server(server);
        if (examination.reached) {
            examination.login();
        }
        return new Result(
                server,
                examination.reached,
                examination.checks.stream()
                        .sorted(Comparator.comparing(Check::state).reversed())
                        .toList());
    }

    private void here() {
        checks.add(OwnFiles.check(session.configPath()));
        if (Files.isRegularFile(data.resolve("muster.instance"))) {
            checks.add(disk());
        }
    }

    private Check disk() {
        String id = "client/disk";
        String expected = "2 GiB or more free where Muster's data lies on this machine";
        try {
            FileStore volume = Files.getFileStore(data);
            long free = volume.getUsableSpace();
            String found = String.format(Locale.ROOT, "%.1f GiB free", free / (double) (1L << 30));
            return free >= SPACE_WARN
                    ? Check.ok(id, found, expected)
                    : new Check(
                            id,
                            free < SPACE_FAIL ? Check.State.FAILING : Check.State.WARNING,
                            found,
                            expected,
                            "make room: PostgreSQL, Kafka and artifacts stop where nothing is left");
        } catch (IOException e) {
            return new Check(id, Check.State.UNKNOWN, String.valueOf(e.getMessage()), expected, "look with `df`");
        }
    }

    private void server(URI server) {
        boolean https = "https".equals(server.getScheme());
        if (https) {
            checks.add(certificates(server));
        }
        Instant before = session.now();
        try {
            Api.Dated answer = session.anonymousApi().getDated(Url.of("config"));
            Instant after = session.now();
            reached = true;
            Row config = new Row(answer.answer());
            checks.add(Check.ok("client/server", "it answers", "an answer"));
            if (!https) {
                checks.add(Check.ok("client/tls", "plain HTTP, on this machine", "TLS, or this machine"));
            }
            checks.add(clock(before, after, answer.date()));
            checks.add(versions(config.text("version")));
        } catch (CliException e) {
            checks.add(new Check(
                    "client/server", Check.State.FAILING, e.line(), "an answer", unreachable(server, e.exitCode())));
        }
    }

    private static String unreachable(URI server, ExitCode code) {
        if (code != ExitCode.UNREACHABLE) {
            return "something answers there, but not as Muster does: see the address (`--server`, `muster context list`)";
        }
        boolean here = List.of("localhost", "127.0.0.1", "[::1]").contains(server.getHost());
        return here
                ? "is it started? `muster status` says what runs, `log/server.log` of its data directory why it ended,"
                        + " `muster up` starts it"
                : "see that the name leads to the server, that it runs, and that no firewall or proxy is between; the address is"
                        + " that of `--server`, MUSTER_SERVER or `muster context list`";
    }

    private Check certificates(URI server) {
        String id = "client/tls";
        String expected = "a trusted certificate with more than " + CERTIFICATE_WARN.toDays() + " days left";
        try {
            ServerChain chain = ServerChain.of(server, session.trusted());
            Instant ends = chain.ends().orElse(Instant.MAX);
            Duration left = Duration.between(session.now(), ends);
            String found = "the server's certificates end at " + ends + ", " + left.toDays() + " days left";
            if (left.isNegative()) {
                return new Check(
                        id,
                        Check.State.FAILING,
                        "the server's certificate ended at " + ends,
                        expected,
                        "give the server a new one (`muster.http.certificate`), or see that this machine's clock is right");
            }
            if (chain.refused().isPresent()) {
                return new Check(
                        id,
                        Check.State.FAILING,
                        found + "; not trusted here: " + chain.refused().get(),
                        expected,
                        "name the certificate to trust with --ca-file PEM or MUSTER_CA_FILE, after comparing it with the server's");
            }
            return left.compareTo(CERTIFICATE_WARN) > 0
                    ? Check.ok(id, found, expected)
                    : new Check(
                            id,
                            left.compareTo(CERTIFICATE_FAIL) > 0 ? Check.State.WARNING : Check.State.FAILING,
                            found,
                            expected,
                            "give the server a new certificate and start it again");
        } catch (IOException e) {
            return new Check(
                    id,
                    Check.State.FAILING,
                    "no TLS: " + e.getMessage(),
                    expected,
                    "see that the port is the one for people and that the server has a certificate there");
        }
    }

    private static Check clock(Instant before, Instant after, Optional<Instant> date) {
        String id = "client/clock";
        String expected = "less than " + CLOCK_WARN.toSeconds() + " s from the server's";
        if (date.isEmpty()) {
            return new Check(
                    id,
                    Check.State.UNKNOWN,
                    "the server does not say its time",
                    expected,
                    "compare `date` on both machines");
        }
        Duration half = Duration.between(before, after).dividedBy(2);
        // Half a second: the header is cut to whole ones.
        Duration behind = Duration.between(before.plus(half), date.get().plusMillis(500));
        Duration apart = behind.abs().minus(DATE_DOUBT).minus(half);
        String found = behind.abs().compareTo(DATE_DOUBT) <= 0
                ? "as the server's, to the second"
                : "this machine's clock is " + behind.abs().toSeconds() + " s "
                        + (behind.isNegative() ? "ahead of" : "behind") + " the server's";
        if (apart.compareTo(CLOCK_WARN) <= 0) {
            return Check.ok(id, found, expected);
        }
        return new Check(
                id,
                apart.compareTo(CLOCK_FAIL) > 0 ? Check.State.FAILING : Check.State.WARNING,
                found,
                expected,
                "logins look ended or not begun: let this machine follow a time server (`timedatectl`), or see the server's clock");
    }

    private Check versions(String server) {
        String own = version.replaceFirst("^muster ", "");
        String expected = "the server's version, " + server;
        return own.equals(server)
                ? Check.ok("client/version", own, expected)
                : new Check(
                        "client/version",
                        Check.State.WARNING,
                        own,
                        expected,
                        "use the command line that came with the server: verbs of another version may ask for what is not there");
    }

    private void login() {
        try {
            Row me = new Row(session.api().get(Url.of("me")));
            checks.add(Check.ok(
                    "client/login", me.rows("roles").isEmpty() ? "valid, without any role" : "valid", "a valid login"));
        } catch (CliException e) {
            checks.add(new Check(
                    "client/login",
                    Check.State.FAILING,
                    e.line(),
                    "a valid login",
                    e.exitCode() == ExitCode.NOT_LOGGED_IN
                            ? "`muster login`, or another MUSTER_TOKEN; what the server finds of itself is told to people it knows"
                            : "the server's log says more"));
            return;
        }
        try {
            new Row(session.api().get(Url.of("doctor")))
                    .rows("items")
                    .forEach(finding -> checks.add(Check.of(finding)));
        } catch (CliException e) {
            checks.add(new Check(
                    "server",
                    e.exitCode() == ExitCode.NOT_ALLOWED || e.exitCode() == ExitCode.NOT_FOUND
                            ? Check.State.UNKNOWN
                            : Check.State.FAILING,
                    e.line(),
                    "what the server finds of itself",
                    switch (e.exitCode()) {
                        case NOT_ALLOWED -> "ask somebody who is operator of the whole fleet (docs/guides/access.md)";
                        case NOT_FOUND -> "the server is older than this command line";
                        default -> "the server's log says more; without PostgreSQL it answers nothing";
                    }));
        }
    }
}
