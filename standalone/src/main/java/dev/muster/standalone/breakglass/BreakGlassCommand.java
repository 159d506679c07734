package dev.muster.standalone.breakglass;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Operator;
import dev.muster.standalone.process.StandaloneException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster break-glass}. */
@Command(
        name = "break-glass",
        headerHeading = "Example: ./muster break-glass create --for PT4H%n%n",
        header =
                "One login for when the OpenID provider fails: administrator of tenant default, for hours, loud in the trail.",
        description = "Acts on the database, as whoever may read the server's settings; no server has to run.",
        mixinStandardHelpOptions = true)
public final class BreakGlassCommand {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(24);
    private final PrintStream out;

    /** Speaks to the terminal. */
    public BreakGlassCommand() {
        this(System.out);
    }

    /** Speaks to {@code out}. */
    public BreakGlassCommand(PrintStream out) {
        this.out = out;
    }

    /** Whose database. */
    static final class Where {
        @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Data directory (./data).")
        private Path data = Path.of("data");

        @Option(
                names = "--settings",
                paramLabel = "FILE",
                description = "Settings of a server that `up` did not start: muster.db.url, muster.db.owner.password.")
        private @Nullable Path settings;

        BreakGlassStore store() {
            Path file = settings == null ? data.resolve("server/application.properties") : settings;
            return BreakGlassStore.of(file.toAbsolutePath().normalize());
        }
    }

    @Command(
            name = "create",
            headerHeading = "Example: ./muster break-glass create --for PT4H%n%n",
            header = "Make it, and end the one before; its secret is shown this once.",
            mixinStandardHelpOptions = true)
    int create(
            @Mixin Where where,
            @Option(
                            names = "--for",
                            paramLabel = "DURATION",
                            defaultValue = "PT4H",
                            description = "How long it lies ready, up to PT24H (PT4H). After its first use: one hour.")
                    Duration life) {
        if (life.compareTo(SHORTEST) < 0 || life.compareTo(LONGEST) > 0) {
            throw new StandaloneException(
                    ExitCode.USAGE, "expected `--for` from " + SHORTEST + " to " + LONGEST + ", found " + life);
        }
        BreakGlassSecret secret = BreakGlassSecret.random();
        var until = where.store().create(secret, life, Operator.name());
        out.printf("%s%n", secret.text());
        out.printf("  Good until %s, and for one hour from its first use on. Shown this once.%n", until);
        out.printf("  Use it as MUSTER_TOKEN=... ./muster roles bind admin --group /your-admins%n");
        out.printf("  Every use is in the trail; end it with ./muster break-glass revoke%n");
        return ExitCode.OK.number();
    }

    @Command(
            name = "show",
            headerHeading = "Example: ./muster break-glass show%n%n",
            header = "Those that were made, newest first, without their secrets.",
            mixinStandardHelpOptions = true)
    int show(@Mixin Where where) {
        List<BreakGlassStore.Shown> all = where.store().all();
        if (all.isEmpty()) {
            out.println("none was ever made");
        }
        for (BreakGlassStore.Shown one : all) {
            out.printf(
                    "%s  made %s by %s, expires %s, %s, %d wrong secrets, %s%n",
                    one.id(),
                    one.created(),
                    one.createdBy(),
                    one.expires(),
                    one.firstUsed() == null ? "never used" : one.uses() + " uses since " + one.firstUsed(),
                    one.failures(),
                    one.ended() == null ? "not revoked" : "ended " + one.ended());
        }
        return ExitCode.OK.number();
    }

    @Command(
            name = "revoke",
            headerHeading = "Example: ./muster break-glass revoke%n%n",
            header = "End it, from the next request on.",
            mixinStandardHelpOptions = true)
    int revoke(@Mixin Where where) {
        Optional<String> gone = where.store().revoke(Operator.name());
        out.println(gone.map(id -> "revoked " + id).orElse("there is none to revoke"));
        return ExitCode.OK.number();
    }
}
