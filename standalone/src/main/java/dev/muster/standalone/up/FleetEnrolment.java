package dev.muster.standalone.up;

import dev.muster.standalone.api.ApiClient;
import dev.muster.standalone.api.ApiException;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The enrolment token of this machine's own fleet, kept so that a later start needs nobody to log in. */
final class FleetEnrolment {
    private static final Pattern FINGERPRINT = Pattern.compile("--ca-fingerprint[= ](\\S+)");

    private final Path file;

    FleetEnrolment(DataDirectory data) {
        this.file = data.run().resolve("fleet.properties");
    }

    /** Whether {@code count} agents were let in before; a token is then no longer used up. */
    boolean isKept(int count) {
        Properties kept = read();
        return Integer.parseInt(kept.getProperty("count", "0")) >= count
                && Boolean.parseBoolean(kept.getProperty("complete", "false"));
    }

    /** Remembers that every agent has its certificate. */
    void complete() {
        Properties kept = read();
        write(kept.getProperty("token", ""), kept.getProperty("fingerprint", ""), kept.getProperty("count", "0"), true);
    }

    /** The kept one if it is enough for {@code count} agents, else a new one from the server. */
    Fleet.Enrolment obtain(int count, Supplier<ApiClient> connect) {
        if (isKept(count)) {
            Properties kept = read();
            return new Fleet.Enrolment(kept.getProperty("token", ""), kept.getProperty("fingerprint", ""));
        }
        try (ApiClient api = connect.get()) {
            Map<String, Object> answer = api.post(
                    "/enrolment-tokens", Map.of("name", "this machine's agents", "uses", count, "expiresIn", "PT24H"));
            String token = String.valueOf(answer.get("token"));
            Matcher fingerprint = FINGERPRINT.matcher(String.valueOf(answer.get("command")));
            if (!fingerprint.find()) {
                throw new StandaloneException(
                        ExitCode.FAILED,
                        "the server's enrolment command names no `--ca-fingerprint`: `" + answer.get("command") + "`");
            }
            write(token, fingerprint.group(1), Integer.toString(count), false);
            return new Fleet.Enrolment(token, fingerprint.group(1));
        } catch (ApiException e) {
            throw new StandaloneException(
                    ExitCode.FAILED, "cannot get an enrolment token for the agents: " + e.getMessage(), e);
        }
    }

    private void write(String token, String fingerprint, String count, boolean complete) {
        Folders.writeOwnerOnly(
                file,
                "token=" + token + "\nfingerprint=" + fingerprint.replace(":", "\\:") + "\ncount=" + count
                        + "\ncomplete=" + complete + "\n");
    }

    private Properties read() {
        Properties kept = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                kept.load(reader);
            } catch (IOException e) {
                throw Folders.unusable(file, e);
            }
        }
        return kept;
    }
}
