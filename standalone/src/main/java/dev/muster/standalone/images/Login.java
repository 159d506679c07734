package dev.muster.standalone.images;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Name and password at a registry. */
record Login(String name, String password) {
    static final String NAME = "MUSTER_REGISTRY_USER";
    static final String PASSWORD = "MUSTER_REGISTRY_PASSWORD";

    private static final String TOKEN = "<token>";

    /** That of the environment, else what {@code docker login HOST} kept: in its file, or with the helper that it names. */
    static Optional<Login> find(String host, Map<String, String> environment) {
        String name = environment.getOrDefault(NAME, "");
        String password = environment.getOrDefault(PASSWORD, "");
        if (name.isEmpty() != password.isEmpty()) {
            throw new StandaloneException(
                    ExitCode.USAGE, "expected " + NAME + " and " + PASSWORD + " together, found one of them");
        }
        if (!name.isEmpty()) {
            return Optional.of(new Login(name, password));
        }
        String folder = environment.getOrDefault("DOCKER_CONFIG", environment.getOrDefault("HOME", "") + "/.docker");
        Path file = Path.of(folder, "config.json");
        return Files.isRegularFile(file) ? kept(host, file) : Optional.empty();
    }

    private static Optional<Login> kept(String host, Path file) {
        Map<String, Object> config;
        try {
            config = JSON.std.mapFrom(Files.readString(file));
        } catch (IOException e) {
            throw new StandaloneException(ExitCode.USAGE, "`" + file + "` cannot be read: " + first(e.getMessage()), e);
        }
        Optional<String> helper = helper(host, config);
        if (helper.isPresent()) {
            return ask(helper.get(), host);
        }
        if (!(config.get("auths") instanceof Map<?, ?> all)) {
            return Optional.empty();
        }
        for (String key : List.of(host, "https://" + host, "http://" + host, "https://" + host + "/v2/")) {
            if (all.get(key) instanceof Map<?, ?> entry && entry.get("auth") instanceof String auth) {
                return Optional.of(decoded(auth, host, file));
            }
        }
        return Optional.empty();
    }

    private static Login decoded(String auth, String host, Path file) {
        try {
            String both = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            if (colon > 0) {
                return new Login(both.substring(0, colon), both.substring(colon + 1));
            }
        } catch (IllegalArgumentException e) {
            // said below, as for what has no colon
        }
        throw new StandaloneException(
                ExitCode.USAGE, "expected name and password of `" + host + "` in `" + file + "`, found something else");
    }

    private static Optional<String> helper(String host, Map<String, Object> config) {
        if (config.get("credHelpers") instanceof Map<?, ?> helpers && helpers.get(host) instanceof String one) {
            return Optional.of(one);
        }
        return config.get("credsStore") instanceof String one && !one.isEmpty() ? Optional.of(one) : Optional.empty();
    }

    /** The protocol of docker's helpers: the host on its input, a JSON with Username and Secret as its output. */
    private static Optional<Login> ask(String helper, String host) {
        String program = "docker-credential-" + helper;
        try {
            Process process = new ProcessBuilder(program, "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(host.getBytes(StandardCharsets.UTF_8));
            }
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                return Optional.empty(); // knows no login for it
            }
            Map<String, Object> answer = JSON.std.mapFrom(printed);
            if (answer.get("Username") instanceof String name && answer.get("Secret") instanceof String secret) {
                if (name.equals(TOKEN)) {
                    throw new StandaloneException(
                            ExitCode.USAGE,
                            "expected name and password of `" + host + "` from `" + program
                                    + "`, found a token of identity; give " + NAME + " and " + PASSWORD);
                }
                return Optional.of(new Login(name, secret));
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new StandaloneException(
                    ExitCode.USAGE,
                    "`" + program + "`, which docker's configuration names, cannot be asked: " + first(e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StandaloneException(ExitCode.FAILED, "interrupted", e);
        }
    }

    // What a parser quotes of the file could be a password.
    private static String first(@Nullable String message) {
        return String.valueOf(message)
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll("\\(.*", "")
                .strip();
    }

    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Keeps the password out of whatever prints it. */
    @Override
    public String toString() {
        return "Login[" + name + "]";
    }
}
