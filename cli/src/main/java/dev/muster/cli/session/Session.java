package dev.muster.cli.session;

import dev.muster.cli.http.Api;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.token.OpenIdProvider;
import dev.muster.cli.token.TokenFile;
import dev.muster.cli.token.Tokens;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options every verb has, and what follows from them. One per process; not thread-safe. */
public final class Session {
    private static final String DEFAULT_SERVER = "http://localhost:7400";

    @Option(
            names = "--server",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            order = 1000,
            description =
                    "Muster's address; else MUSTER_SERVER, else that of the last login, else " + DEFAULT_SERVER + ".")
    private @Nullable String server;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            order = 1001,
            defaultValue = "table",
            description = "table, json or name.")
    private Format format = Format.table;

    @Option(
            names = "--ca-file",
            paramLabel = "PEM",
            scope = ScopeType.INHERIT,
            order = 1002,
            description = "Certificates to trust for HTTPS; else MUSTER_CA_FILE, else the system's.")
    private @Nullable Path caFile;

    @Option(
            names = "--in-tenant",
            paramLabel = "TENANT",
            scope = ScopeType.INHERIT,
            order = 1002,
            description = "The tenant to act in, for a person; else MUSTER_TENANT, else default.")
    private @Nullable String tenant;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            order = 1003,
            description = "On failure, also the cause.")
    private boolean verbose;

    private final Shell shell;
    private @Nullable HttpClient http;

    public Session(Shell shell) {
        this.shell = shell;
    }

    /** The API as the logged-in person; a verb that needs nobody works without a login too. */
    public Api api() {
        URI address = server();
        return new Api(http(), address, () -> accessToken(address), tenant());
    }

    private Optional<String> tenant() {
        return Optional.ofNullable(tenant)
                .or(() -> environment("MUSTER_TENANT"))
                .map(Session::checked);
    }

    private static String checked(String name) {
        if (!name.matches("[a-z][a-z0-9-]{0,31}")) {
            throw new CliException(
                    ExitCode.USAGE,
                    "expected the name of a tenant (a-z, 0-9, -, a letter first, at most 32), found `" + name + "`");
        }
        return name;
    }

    /** The API without a login, for {@code /config}. */
    public Api anonymousApi() {
        return new Api(http(), server(), Optional::empty);
    }

    public Printer printer() {
        return new Printer(out(), err(), format);
    }

    public PrintWriter out() {
        return shell.out();
    }

    public PrintWriter err() {
        return shell.err();
    }

    public Shell shell() {
        return shell;
    }

    public Instant now() {
        return shell.clock().instant();
    }

    public boolean verbose() {
        return verbose;
    }

    /** The server's address without a trailing slash. */
    public URI server() {
        String text = Optional.ofNullable(server)
                .or(() -> environment("MUSTER_SERVER"))
                .or(() -> configFolder().server())
                .orElse(DEFAULT_SERVER);
        try {
            URI address = URI.create(text.replaceAll("/+$", ""));
            if (address.getHost() == null
                    || !("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
                throw new IllegalArgumentException("no host");
            }
            if ("http".equals(address.getScheme()) && !Loopback.is(address.getHost())) {
                throw new CliException(
                        ExitCode.USAGE,
                        "expected https for `" + address.getHost()
                                + "`, found http: a token sent over it can be read by others");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.USAGE, "expected a server like `https://muster.example`, found `" + text + "`", e);
        }
    }

    /** The OpenID provider this server trusts. */
    public OpenIdProvider provider() {
        Row config = new Row(anonymousApi().get(Url.of("config")));
        return OpenIdProvider.discover(http(), shell.clock(), config.text("issuer"), config.text("cliClient"));
    }

    /** Keeps a login for {@link #server()} and makes it the server of later verbs. */
    public void keep(Tokens tokens) {
        tokenFile(server()).write(tokens);
        configFolder().rememberServer(server().toString());
    }

    /** Forgets the login for {@link #server()}. */
    public void forget() {
        tokenFile(server()).delete();
    }

    private Optional<String> accessToken(URI address) {
        Optional<String> given = environment("MUSTER_TOKEN");
        if (given.isPresent()) {
            return given;
        }
        Tokens kept = tokenFile(address)
                .read()
                .orElseThrow(() -> new CliException(
                        ExitCode.NOT_LOGGED_IN, "not logged in at `" + address + "`; run `muster login`"));
        if (!kept.staleAt(now())) {
            return Optional.of(kept.accessToken());
        }
        if (kept.refreshToken().isEmpty()) {
            throw ended(address, null);
        }
        try {
            Tokens fresh = provider().refresh(kept.refreshToken().get());
            tokenFile(address).write(fresh);
            return Optional.of(fresh.accessToken());
        } catch (CliException e) {
            throw e.exitCode() == ExitCode.NOT_LOGGED_IN ? ended(address, e) : e;
        }
    }

    private static CliException ended(URI address, @Nullable CliException cause) {
        String line = "the login at `" + address + "` has ended; run `muster login`";
        return cause == null
                ? new CliException(ExitCode.NOT_LOGGED_IN, line)
                : new CliException(ExitCode.NOT_LOGGED_IN, line, cause);
    }

    private HttpClient http() {
        HttpClient client = http;
        if (client == null) {
            HttpClient.Builder builder =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10));
            Optional.ofNullable(caFile)
                    .or(() -> environment("MUSTER_CA_FILE").map(Path::of))
                    .ifPresent(file -> builder.sslContext(TrustedCertificates.context(file)));
            client = builder.build();
            http = client;
        }
        return client;
    }

    private TokenFile tokenFile(URI address) {
        return new TokenFile(configFolder().path(), address);
    }

    private ConfigFolder configFolder() {
        return ConfigFolder.of(shell.environment());
    }

    private Optional<String> environment(String name) {
        Map<String, String> all = shell.environment();
        return Optional.ofNullable(all.get(name)).filter(value -> !value.isEmpty());
    }
}
