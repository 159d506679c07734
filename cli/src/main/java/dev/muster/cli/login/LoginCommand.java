package dev.muster.cli.login;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.Session;
import dev.muster.cli.token.OpenIdProvider;
import dev.muster.cli.token.Tokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "login",
        headerHeading = "Example: muster login --server https://muster.example%n%n",
        header = "Log in, and keep the login in an owner-only file.",
        description = {
            "Shows an address and a code to enter in a browser, on this or any other machine.",
            "Scripts: --username NAME --password-stdin. Or set MUSTER_TOKEN to an access token and do not log in at all."
        })
public final class LoginCommand implements Runnable {
    private final Session session;

    @Option(names = "--username", paramLabel = "NAME", description = "For scripts; needs --password-stdin.")
    private @Nullable String username;

    @Option(names = "--password-stdin", description = "Read the password from standard input, one line.")
    private boolean passwordStdin;

    public LoginCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if ((username == null) == passwordStdin) {
            throw new CliException(
                    ExitCode.USAGE, "expected --username and --password-stdin together, found one of them");
        }
        OpenIdProvider provider = session.provider();
        Tokens tokens = username == null ? deviceFlow(provider) : provider.password(username, readPassword());
        session.keep(tokens);
        session.printer().done("logged in at " + session.server());
    }

    private Tokens deviceFlow(OpenIdProvider provider) {
        OpenIdProvider.DeviceCode device = provider.startDeviceFlow();
        session.err().println("Open this address in a browser: " + device.address());
        session.err().println("Code, should it ask for one:    " + device.userCode());
        session.err().flush();
        return provider.awaitDeviceFlow(device);
    }

    private String readPassword() {
        try {
            String line =
                    new BufferedReader(new InputStreamReader(session.shell().in(), StandardCharsets.UTF_8)).readLine();
            if (line == null || line.isEmpty()) {
                throw new CliException(ExitCode.USAGE, "expected a password on standard input, found nothing");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
