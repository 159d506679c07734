package dev.muster.cli.hdc;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program {@code hdc}. It ends with 0 whatever happened (OpenHarmony's own documentation of hdc, and every version since
 * 3.1), so what it prints decides: {@code [Fail]...} is an error of the connection, and a mark of our own carries the exit
 * code of what ran on the device.
 */
final class Hdc {
    /** Printed by the device behind a command. */
    static final String MARK = "muster-exit:";

    private static final Pattern EXIT = Pattern.compile("(?s)(.*)" + MARK + "([0-9]{1,3})\\s*");
    private static final Pattern FAIL = Pattern.compile("(?m)^\\s*(\\[Fail\\].*|\\[E[0-9]{6}\\].*|error: .*)$");
    private static final Pattern UNAUTHORISED = Pattern.compile("(?i)E00000[23]|unauthori[sz]ed");
    private static final String EMPTY = "[Empty]";

    private final String program;
    private final Duration limit;

    Hdc(String program, Duration limit) {
        this.program = program;
        this.limit = limit;
    }

    /**
     * A device that hdc sees.
     *
     * @param key what {@code -t} takes
     * @param state such as {@code Connected}, {@code Offline}, {@code Unauthorized}
     */
    record Target(String key, String transport, String state) {}

    /** Whatever is attached, in whatever state. */
    List<Target> targets() {
        String out = run(List.of("list", "targets", "-v"));
        List<Target> targets = new ArrayList<>();
        for (String line : out.lines().toList()) {
            if (line.isBlank() || line.strip().equals(EMPTY)) {
                continue;
            }
            if (FAIL.matcher(line).find()) {
                throw failed(line);
            }
            String[] words = line.strip().split("\\s+", -1);
            // Without -v in old versions: the key alone, and only what is connected.
            targets.add(
                    new Target(words[0], words.length > 1 ? words[1] : "", words.length > 2 ? words[2] : "Connected"));
        }
        return targets;
    }

    /** What a command printed on the device, and its exit code; a {@link CliException} where it could not be run. */
    record Ran(int exit, String out) {}

    /** Runs a line of the device's shell. */
    Ran shell(Target target, String line) {
        String out = run(List.of("-t", target.key(), "shell", line + "; echo " + MARK + "$?"));
        Matcher exit = EXIT.matcher(out);
        if (exit.matches()) {
            return new Ran(Integer.parseInt(exit.group(2)), exit.group(1).strip());
        }
        Matcher fail = FAIL.matcher(out);
        if (fail.find()) {
            throw failed(fail.group(1));
        }
        throw new CliException(
                ExitCode.FAILED,
                "`" + target.key()
                        + "` runs no shell commands: a release build that is not opened for debugging has no shell"
                        + " for hdc",
                List.of(
                        "found: " + (out.isBlank() ? "no answer" : first(out)),
                        "enrol it with a factory certificate or with the agent of its image"
                                + " (docs/guides/enrolment.md)"));
    }

    /** The same, for what has to succeed. */
    String mustRun(Target target, String line) {
        Ran ran = shell(target, line);
        if (ran.exit() != 0) {
            throw new CliException(
                    ExitCode.FAILED, "on `" + target.key() + "`: exit code " + ran.exit() + ": " + first(ran.out()));
        }
        return ran.out();
    }

    /** Sends a file. */
    void send(Target target, Path file, String to) {
        String out = run(List.of("-t", target.key(), "file", "send", file.toString(), to));
        if (!out.contains("FileTransfer finish")) {
            Matcher fail = FAIL.matcher(out);
            throw failed(fail.find() ? fail.group(1) : "`file send` to `" + to + "`: " + first(out));
        }
    }

    private static CliException failed(String line) {
        return UNAUTHORISED.matcher(line).find()
                ? new CliException(
                        ExitCode.FAILED,
                        "the device has not allowed this machine: confirm the dialog on its screen, or `hdc kill` and"
                                + " again",
                        List.of(line))
                : new CliException(ExitCode.FAILED, "hdc: " + line.strip());
    }

    private static String first(String out) {
        return out.lines().filter(line -> !line.isBlank()).findFirst().orElse("no answer");
    }

    private String run(List<String> words) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(words);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
            CompletableFuture<String> out = new CompletableFuture<>();
            // A thread of its own: the common pool has one on a machine with two processors.
            Thread.ofPlatform().daemon().name("hdc-output").start(() -> {
                try {
                    out.complete(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                } catch (IOException e) {
                    out.complete("");
                }
            });
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new CliException(
                        ExitCode.FAILED,
                        "hdc did not answer within " + limit.toSeconds() + " s: try `hdc kill`, and the cable");
            }
            // A server that hdc leaves running may keep the pipe open; what was said is said.
            return out.completeOnTimeout("", 5, TimeUnit.SECONDS).join();
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "cannot run `" + program
                            + "`: it comes with OpenHarmony's SDK (toolchains/hdc); name it with --hdc, or"
                            + " put it on the PATH",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }

    /** What a device says of itself, as far as it does. */
    record Facts(Optional<String> udid, Optional<String> serial, Map<String, String> more) {}

    private static final Pattern UDID = Pattern.compile("(?i)\\b[0-9a-f]{64}\\b");
    private static final Map<String, String> PARAMETERS = Map.of(
            "model", "const.product.model",
            "build", "const.product.software.version",
            "api", "const.ohos.apiversion");

    /** Asks the device; what its access labels forbid is left out. */
    Facts facts(Target target) {
        Matcher udid = UDID.matcher(shell(target, "bm get -u").out());
        Map<String, String> more = new java.util.TreeMap<>();
        PARAMETERS.forEach((name, parameter) -> parameter(target, parameter).ifPresent(value -> more.put(name, value)));
        return new Facts(
                udid.find() ? Optional.of(udid.group().toUpperCase(java.util.Locale.ROOT)) : Optional.empty(),
                parameter(target, "ohos.boot.sn"),
                more);
    }

    private Optional<String> parameter(Target target, String name) {
        Ran ran = shell(target, "param get " + name);
        String value = ran.out().strip();
        boolean isValue = ran.exit() == 0
                && !value.isEmpty()
                && !value.contains("fail")
                && value.lines().count() == 1;
        return isValue ? Optional.of(value) : Optional.empty();
    }
}
