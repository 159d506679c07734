package dev.muster.standalone.backup;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Operator;
import dev.muster.standalone.process.OwnerLogin;
import dev.muster.standalone.up.Instance;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster restore}. */
@Command(
        name = "restore",
        headerHeading = "Example: ./muster restore muster-monday.backup --data data --passphrase-file pass.txt%n%n",
        header =
                "Make a data directory out of a backup; devices go on with it, also those that have seen newer things.",
        description = "The directory must be empty or absent. The file is read to its end before anything is written.",
        mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
    private final PrintStream out;

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Data directory to be (./data).")
    private Path data = Path.of("data");

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "The backup.")
    private @Nullable Path file;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    /** Speaks to the terminal. */
    public RestoreCommand() {
        this(System.out);
    }

    /** Speaks to {@code out}. */
    public RestoreCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Path from = BackupCommand.required(file);
        Path to = data.toAbsolutePath().normalize();
        int newest = ServerSchema.newest(Instance.serverJar());
        Manifest manifest = new Restoration(to, newest, BackupCommand.lines(out)).run(from, passphrase.ask(false));
        out.printf("muster: restored as of %s%n", manifest.made());
        out.printf(
                "  Start it under the address that devices know: ./muster up --data %s --port-base %d%s --devices 0%n",
                to,
                manifest.portBase(),
                manifest.host().map(host -> " --host " + host).orElse(""));
        out.printf("  Never start what the backup was made of again: devices would hear two servers.%n");
        return ExitCode.OK.number();
    }

    /** For databases that other tools restored. */
    @Command(
            name = "database",
            headerHeading =
                    "Example: ./muster restore database --settings application.properties --made 2026-11-27T02:00:00Z%n%n",
            header = "Prepare a database that other tools restored, before its servers start again.",
            description =
                    "Raises versions above all that devices can have seen, and lets Kafka be told everything anew.",
            mixinStandardHelpOptions = true)
    int database(
            @Option(
                            names = "--settings",
                            paramLabel = "FILE",
                            required = true,
                            description = "Settings of a server: muster.db.url, muster.db.owner.password.")
                    Path settings,
            @Option(
                            names = "--made",
                            paramLabel = "TIME",
                            required = true,
                            description = "When the database was copied, or earlier, such as 2026-11-27T02:00:00Z.")
                    Instant made) {
        long from = Versions.raise(OwnerLogin.of(settings.toAbsolutePath().normalize()), made, Operator.name());
        out.printf("versions go on from %d; start a server with the role `worker` first%n", from);
        return ExitCode.OK.number();
    }
}
