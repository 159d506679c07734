package dev.muster.standalone.backup;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import dev.muster.standalone.up.Instance;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster backup}. */
@Command(
        name = "backup",
        headerHeading = "Example: ./muster backup /mnt/safe/muster-monday.backup --passphrase-file pass.txt%n%n",
        header =
                "One encrypted file with databases, artifacts, keys and secrets of what `up` started; it goes on meanwhile.",
        description = "Without its passphrase the file is worth nothing: keep that elsewhere.",
        mixinStandardHelpOptions = true)
public final class BackupCommand implements Callable<Integer> {
    private final PrintStream out;

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Data directory (./data).")
    private Path data = Path.of("data");

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "The file to write; it must not exist.")
    private @Nullable Path file;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    @Option(names = "--with-telemetry", description = "Also the history of telemetry: samples and windows.")
    private boolean telemetry;

    /** Speaks to the terminal. */
    public BackupCommand() {
        this(System.out);
    }

    /** Speaks to {@code out}. */
    public BackupCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        Path to = required(file);
        Instance instance = Instance.existing(data.toAbsolutePath().normalize());
        Passphrase fresh = passphrase.ask(true);
        out.println("muster: backing up " + instance.root());
        Manifest manifest = new Backup(instance, telemetry, lines(out)).write(to, fresh);
        out.printf(
                "muster: wrote %s (%d MiB), as of %s%s%n",
                to,
                Files.size(to) >> 20,
                manifest.made(),
                telemetry ? "" : "; without the history of telemetry (--with-telemetry)");
        return ExitCode.OK.number();
    }

    /** Reads a whole backup. */
    @Command(
            name = "verify",
            headerHeading = "Example: ./muster backup verify muster-monday.backup --passphrase-file pass.txt%n%n",
            header = "Read a backup to its end: is it whole, unaltered, and of which moment?",
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(index = "0", paramLabel = "FILE", description = "The backup.") Path backup,
            @Mixin PassphraseOption secret) {
        Advance advance = new Advance("checked", lines(out), System::nanoTime);
        Manifest manifest = new ArchiveReader(backup, secret.ask(false)).check(advance);
        out.printf("whole: %s, as of %s%n", advance, manifest.made());
        out.printf(
                "  Muster %s, schema %d, PostgreSQL %s, %s, %s the history of telemetry%n",
                manifest.muster(),
                manifest.schema(),
                manifest.postgres(),
                manifest.architecture(),
                manifest.telemetry() ? "with" : "without");
        return ExitCode.OK.number();
    }

    static Consumer<String> lines(PrintStream out) {
        return text -> {
            out.println(text);
            out.flush();
        };
    }

    static Path required(@Nullable Path file) {
        if (file == null) {
            throw new StandaloneException(ExitCode.USAGE, "expected the name of a backup file, found none");
        }
        return file.toAbsolutePath().normalize();
    }
}
