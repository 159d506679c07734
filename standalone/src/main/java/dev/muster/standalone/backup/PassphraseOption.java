package dev.muster.standalone.backup;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the passphrase of a backup is given. */
final class PassphraseOption {
    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "File whose first line is the passphrase; asked for otherwise.")
    private @Nullable Path file;

    /** As {@link Passphrase#ask}. */
    Passphrase ask(boolean fresh) {
        return Passphrase.ask(file, fresh);
    }
}
