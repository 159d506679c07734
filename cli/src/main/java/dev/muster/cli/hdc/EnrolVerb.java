package dev.muster.cli.hdc;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Takes attached devices into the fleet: reads who each is, lets it be awaited under a name, hands it a token of its own in a
 * file that only its owner reads, and waits until it is connected.
 */
@Command(
        name = "enrol",
        headerHeading = "Example: muster hdc enrol --all --site north%n%n",
        header = "Enrol devices that are attached through hdc; each gets a token of its own, good for one use.",
        description = {
            "On the device the agent is expected at AGENT; --push sends a folder there first.",
            "Several devices are done one after the other; one that fails does not hold up the others."
        })
final class EnrolVerb implements Runnable {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final String TOKEN_LIFE = "PT15M";

    private final Session session;

    @Option(
            names = {"-t", "--target"},
            paramLabel = "KEY",
            description = "Which one, as hdc names it; repeatable.")
    private List<String> wanted = List.of();

    @Option(names = "--all", description = "All that are attached.")
    private boolean all;

    @Option(names = "--name", paramLabel = "NAME", description = "Its id in the fleet (default: from serial or UDID).")
    private @Nullable String name;

    @Option(names = "--site", paramLabel = "SITE", description = "Where they will be.")
    private @Nullable String site;

    @Option(names = "--tag", paramLabel = "TAG", description = "A tag they will have; repeatable.")
    private List<String> tags = List.of();

    @Option(
            names = "--agent",
            paramLabel = "AGENT",
            defaultValue = "/data/local/muster/muster-agent",
            description = "The agent on the device (default: /data/local/muster/muster-agent).")
    private String agent = "";

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "/data/local/muster/state",
            description = "Its state directory there (default: /data/local/muster/state).")
    private String state = "";

    @Option(
            names = "--platform",
            paramLabel = "NAME",
            defaultValue = "openharmony",
            description = "As `muster-agent enrol` takes it (default: openharmony).")
    private String platform = "";

    @Option(names = "--push", paramLabel = "FILE", description = "Send this file to AGENT's folder first; repeatable.")
    private List<Path> push = List.of();

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "Start it as this service of init (begetctl), instead of in the background.")
    private @Nullable String service;

    @Option(names = "--hdc", paramLabel = "FILE", defaultValue = "hdc", description = "The program hdc.")
    private String program = "hdc";

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "PT2M",
            description = "How long to wait for each to connect (default: PT2M).")
    private Duration wait = Duration.ofMinutes(2);

    EnrolVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Hdc hdc = new Hdc(program, HdcCommand.LIMIT);
        List<Hdc.Target> chosen = chosen(hdc.targets());
        if (name != null && chosen.size() > 1) {
            throw new CliException(ExitCode.USAGE, "expected one device with --name, found " + chosen.size());
        }
        push.stream().filter(file -> !Files.isRegularFile(file)).findFirst().ifPresent(file -> {
            throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`: no such file");
        });
        List<String> failed = new ArrayList<>();
        for (Hdc.Target target : chosen) {
            try {
                session.printer().done(target.key() + ": connected as " + enrol(hdc, target));
            } catch (CliException e) {
                session.err().println(target.key() + ": " + e.line());
                e.more().forEach(line -> session.err().println("  " + line));
                failed.add(target.key());
                if (chosen.size() == 1) {
                    throw e;
                }
            }
        }
        if (!failed.isEmpty()) {
            throw new CliException(
                    ExitCode.FAILED,
                    failed.size() + " of " + chosen.size() + " not enrolled: " + String.join(", ", failed));
        }
    }

    private List<Hdc.Target> chosen(List<Hdc.Target> found) {
        if (found.isEmpty()) {
            throw HdcCommand.nothing();
        }
        if (wanted.isEmpty() && !all && found.size() > 1) {
            throw new CliException(
                    ExitCode.USAGE,
                    "expected --target or --all, for hdc sees " + found.size() + " devices: "
                            + String.join(
                                    ", ", found.stream().map(Hdc.Target::key).toList()));
        }
        List<Hdc.Target> chosen = new ArrayList<>();
        for (String key : wanted.isEmpty() ? found.stream().map(Hdc.Target::key).toList() : wanted) {
            chosen.add(found.stream()
                    .filter(target -> target.key().equals(key))
                    .findFirst()
                    .orElseThrow(() -> new CliException(
                            ExitCode.NOT_FOUND,
                            "hdc sees no `" + key + "`, but "
                                    + String.join(
                                            ", ",
                                            found.stream().map(Hdc.Target::key).toList()))));
        }
        return chosen;
    }

    /** The name under which it is connected. */
    private String enrol(Hdc hdc, Hdc.Target target) {
        requireConnected(target);
        say(target, "asking who it is");
        Hdc.Facts facts = hdc.facts(target);
        if (facts.udid().isEmpty() && facts.serial().isEmpty()) {
            throw new CliException(
                    ExitCode.FAILED,
                    "it tells neither UDID (`bm get -u`) nor serial number: nothing to bind a token to");
        }
        String id = name != null ? name : nameOf(facts);
        String folder = agent.contains("/") ? agent.substring(0, agent.lastIndexOf('/')) : ".";
        for (Path file : push) {
            say(target, "sending " + file.getFileName());
            hdc.mustRun(target, "mkdir -p " + quoted(folder));
            hdc.send(target, file, folder + "/" + file.getFileName());
            hdc.mustRun(target, "chmod 755 " + quoted(folder + "/" + file.getFileName()));
        }
        if (hdc.shell(target, "test -x " + quoted(agent)).exit() != 0) {
            throw new CliException(
                    ExitCode.FAILED,
                    "no agent at `" + agent + "` on the device: name it with --agent, or send it with --push");
        }
        say(
                target,
                "awaited as " + id + facts.udid().map(udid -> ", UDID " + udid).orElse(""));
        await(id, facts);
        Map<String, Object> token = token(target, id, facts);
        try {
            hand(hdc, target, id, new Row(token).text("invitation"));
        } catch (CliException e) {
            // Nobody else shall use what was made for this device.
            session.api().delete(Url.of("enrolment-tokens", new Row(token).text("id")));
            throw e;
        }
        say(target, "starting the agent");
        hdc.mustRun(
                target,
                service != null
                        ? "begetctl start_service " + quoted(service)
                        : "(nohup " + quoted(agent) + " run --state " + quoted(state)
                                + " </dev/null >/dev/null 2>&1 &)");
        waitFor(target, id);
        return id;
    }

    private static void requireConnected(Hdc.Target target) {
        switch (target.state().toLowerCase(Locale.ROOT)) {
            case "connected" -> {}
            case "unauthorized" ->
                throw new CliException(
                        ExitCode.FAILED,
                        "the device has not allowed this machine: confirm the dialog on its screen, or `hdc kill` and again");
            case "offline" ->
                throw new CliException(
                        ExitCode.FAILED, "it is offline for hdc: check the cable, or `hdc kill` and again");
            default -> throw new CliException(ExitCode.FAILED, "expected it connected, found it " + target.state());
        }
    }

    private static String nameOf(Hdc.Facts facts) {
        String from = facts.serial()
                .orElseGet(() -> "ohos-" + facts.udid().orElseThrow().substring(0, 12));
        return from.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-").replaceFirst("^[^a-z0-9]+", "");
    }

    private void await(String id, Hdc.Facts facts) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", id);
        facts.serial().ifPresent(serial -> row.put("serial", serial));
        facts.udid().ifPresent(udid -> row.put("udid", udid));
        if (site != null) {
            row.put("site", site);
        }
        if (!tags.isEmpty()) {
            row.put("tags", tags);
        }
        session.api().post(Url.of("inventory"), "application/x-ndjson", json(row) + "\n");
    }

    private Map<String, Object> token(Hdc.Target target, String id, Hdc.Facts facts) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", "hdc " + id);
        body.put("uses", 1);
        body.put("expiresIn", TOKEN_LIFE);
        facts.udid().ifPresent(udid -> body.put("udid", udid));
        facts.serial().ifPresent(serial -> body.put("serial", serial));
        if (site != null) {
            body.put("site", site);
        }
        if (!tags.isEmpty()) {
            body.put("tags", tags);
        }
        say(target, "made a token for this device alone");
        return session.api().post(Url.of("enrolment-tokens"), body);
    }

    private void hand(Hdc hdc, Hdc.Target target, String id, String invitation) {
        String there = state + "/invitation";
        Path here = null;
        try {
            here = Files.createTempFile(
                    "muster", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(here, invitation);
            hdc.mustRun(target, "mkdir -p " + quoted(state) + " && chmod 700 " + quoted(state));
            hdc.send(target, here, there);
            hdc.mustRun(target, "chmod 600 " + quoted(there));
            say(target, "enrolling");
            Hdc.Ran ran = hdc.shell(
                    target,
                    quoted(agent) + " enrol --invitation-file " + quoted(there) + " --name " + quoted(id) + " --state "
                            + quoted(state) + " --platform " + quoted(platform));
            if (ran.exit() != 0) {
                throw new CliException(ExitCode.FAILED, "the agent did not enrol: " + ran.out());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            hdc.shell(target, "rm -f " + quoted(there));
            if (here != null) {
                here.toFile().delete();
            }
        }
    }

    private void waitFor(Hdc.Target target, String id) {
        say(target, "waiting for it to connect");
        long end = System.nanoTime() + wait.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        try {
            while (System.nanoTime() - end < 0) {
                Row device = new Row(session.api().get(Url.of("devices", id)));
                if (device.flag("online")) {
                    return;
                }
                boolean unused = never.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CliException(
                ExitCode.UNREACHABLE,
                "enrolled as " + id + ", but not connected within " + wait.toSeconds() + " s: look at its log in "
                        + state + "/log");
    }

    private void say(Hdc.Target target, String what) {
        session.err().println(target.key() + ": " + what);
        session.err().flush();
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static String json(Map<String, Object> row) {
        try {
            return JSON.std.asString(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
