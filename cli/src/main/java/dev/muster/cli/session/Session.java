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
import java.util.OptionalInt;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options every verb has, and what follows from them. One per process; not thread-safe. */
public final class Session implements AutoCloseable {
    private static final String DEFAULT_SERVER = "http://localhost:7400";

    @Option(
            names = "--server",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            order = 1000,
            description = "Muster's address; else MUSTER_SERVER, else the context's, else that of the last login, else "
                    + DEFAULT_SERVER + ".")
    private @Nullable String server;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            order = 1000,
            description = "Which of the kept servers; else MUSTER_CONTEXT, else what `context use` chose.")
    private @Nullable String context;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            order = 1001,
            defaultValue = "table",
            description = "table, wide, csv, json, yaml or name.")
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
            names = "--watch",
            paramLabel = "SECONDS",
            arity = "0..1",
            fallbackValue = "2",
            scope = ScopeType.INHERIT,
            order = 1001,
            description =
                    "Do it again every so many seconds (${FALLBACK-VALUE}) until interrupted; for verbs that only read.")
    private int watch;

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
        Api api = new Api(http(), address, () -> accessToken(address), tenant());
        return watch > 0 ? api.readOnly() : api;
    }

    private Optional<String> tenant() {
        return Optional.ofNullable(tenant)
                .or(() -> environment("MUSTER_TENANT"))
                .or(() -> context().flatMap(Context::tenant))
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
        return new Printer(out(), err(), format, columns());
    }

    // The launcher says how wide the terminal is where the output goes to one.
    private OptionalInt columns() {
        return environment("MUSTER_COLUMNS")
                .filter(text -> text.matches("[1-9][0-9]{0,4}"))
                .map(text -> OptionalInt.of(Integer.parseInt(text)))
                .orElse(OptionalInt.empty());
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

    /** How long to wait before this verb runs again; empty: once is enough. */
    public Optional<Duration> watch() {
        return watch > 0 ? Optional.of(Duration.ofSeconds(watch)) : Optional.empty();
    }

    /** Empties the terminal before the next run, or leaves a line where the output goes elsewhere. */
    public void nextLook() {
        out().print(columns().isPresent() ? "\033[H\033[2J" : "\n");
    }

    public boolean verbose() {
        return verbose;
    }

    /** The server's address without a trailing slash. */
    public URI server() {
        String text = Optional.ofNullable(server)
                .or(() -> environment("MUSTER_SERVER"))
                .or(() -> context().map(Context::server))
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

    // One that was asked for must be there; the one in use may be gone meanwhile.
    private Optional<Context> context() {
        Optional<String> asked = Optional.ofNullable(context).or(() -> environment("MUSTER_CONTEXT"));
        Map<String, Context> all = contexts();
        if (asked.isPresent() && !all.containsKey(asked.get())) {
            throw new CliException(
                    ExitCode.USAGE,
                    "expected a kept context (" + (all.isEmpty() ? "there is none" : String.join(", ", all.keySet()))
                            + "), found `" + asked.get() + "`");
        }
        return asked.or(this::currentContext).map(all::get);
    }

    /** Kept servers by name. */
    public Map<String, Context> contexts() {
        return configFolder().contexts();
    }

    /** The name of the one in use. */
    public Optional<String> currentContext() {
        return configFolder().current();
    }

    /** Keeps what this verb's options and environment say under a name. */
    public Context keepContext(String name) {
        Optional<Path> certificates = Optional.ofNullable(caFile)
                .or(() -> environment("MUSTER_CA_FILE").map(Path::of));
        certificates.ifPresent(TrustedCertificates::context); // what cannot be read is not kept
        Context kept = new Context(server().toString(), tenant(), certificates.map(file -> file.toAbsolutePath()
                .toString()));
        configFolder().keep(name, kept);
        return kept;
    }

    /** Makes one of {@link #contexts} the one in use. */
    public void useContext(String name) {
        configFolder().use(Optional.of(name));
    }

    /** Forgets a name; the login at its server stays. */
    public void forgetContext(String name) {
        configFolder().forget(name);
    }

    /** Where logins and contexts are kept. */
    public Path configPath() {
        return configFolder().path();
    }

    /** Whom this command line believes when it speaks TLS: the certificates it was told of, else the system's. */
    public X509ExtendedTrustManager trusted() {
        return TrustedCertificates.manager(certificates());
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

    /**
     * Forgets the login for {@link #server()} and tells the provider, so that nobody who copied the file goes on with it. What the
     * provider says to that is told, and changes nothing here.
     */
    public void forget() {
        TokenFile file = tokenFile(server());
        Optional<String> refresh;
        try {
            refresh = file.read().flatMap(Tokens::refreshToken);
        } catch (CliException e) {
            // A file that cannot be trusted is deleted all the same.
            refresh = Optional.empty();
        }
        file.delete();
        try {
            refresh.ifPresent(token -> provider().revoke(token));
        } catch (CliException e) {
            err().println("muster: the login is forgotten here, but the OpenID provider was not told: "
                    + e.getMessage());
        }
    }

    private Optional<String> accessToken(URI address) {
        Optional<String> given = environment("MUSTER_TOKEN");
        if (given.isPresent()) {
            return given;
        }
        TokenFile file = tokenFile(address);
        Tokens kept = kept(file, address);
        if (!kept.staleAt(now())) {
            return Optional.of(kept.accessToken());
        }
        return file.alone(() -> refreshed(file, address));
    }

    private Optional<String> refreshed(TokenFile file, URI address) {
        Tokens kept = kept(file, address);
        if (!kept.staleAt(now())) {
            // Another verb was faster.
            return Optional.of(kept.accessToken());
        }
        if (kept.refreshToken().isEmpty()) {
            throw ended(address, null);
        }
        try {
            Tokens fresh = provider().refresh(kept.refreshToken().get());
            file.write(fresh);
            return Optional.of(fresh.accessToken());
        } catch (CliException e) {
            throw e.exitCode() == ExitCode.NOT_LOGGED_IN ? ended(address, e) : e;
        }
    }

    private static Tokens kept(TokenFile file, URI address) {
        return file.read()
                .orElseThrow(() -> new CliException(
                        ExitCode.NOT_LOGGED_IN, "not logged in at `" + address + "`; run `muster login`"));
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
            certificates().ifPresent(file -> builder.sslContext(TrustedCertificates.context(file)));
            client = builder.build();
            http = client;
        }
        return client;
    }

    /** Ends connections to servers: a JVM waits a third of a second at its end for a thread that still waits for the network. */
    @Override
    public void close() {
        HttpClient client = http;
        if (client != null) {
            client.shutdownNow();
            client.close();
        }
    }

    private Optional<Path> certificates() {
        return Optional.ofNullable(caFile)
                .or(() -> environment("MUSTER_CA_FILE").map(Path::of))
                .or(() -> context().flatMap(Context::caFile).map(Path::of));
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
