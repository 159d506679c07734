package dev.muster.cli.importing;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "import",
        headerHeading =
                "Example: muster import hawkbit --from https://hawkbit.example --user admin --password-file pw --dry-run%n%n",
        header = "Bring over what another server knows.",
        subcommands = ImportCommand.Hawkbit.class)
public final class ImportCommand {
    ImportCommand() {}

    @Command(
            name = "hawkbit",
            headerHeading =
                    "Example: muster import hawkbit --from https://hawkbit.example --user admin --password-file pw --dry-run%n%n",
            header =
                    "Targets with their tags, software modules and distribution sets of a hawkBit server; nothing is changed there.")
    static final class Hawkbit implements Runnable {
        private final Session session;

        @Option(names = "--from", paramLabel = "URL", required = true, description = "hawkBit's address.")
        private URI from = URI.create("http://localhost");

        @Option(names = "--user", paramLabel = "USER", required = true, description = "Who may read there.")
        private String user = "";

        @Option(names = "--password-file", paramLabel = "FILE", required = true, description = "Holds the password.")
        private Path passwordFile = Path.of("");

        @Option(
                names = "--hardware",
                paramLabel = "NAME",
                defaultValue = "ddi",
                description = "That the images are for; as in `muster ddi set --hardware` (default: ddi).")
        private String hardware = "ddi";

        @Option(
                names = "--tokens",
                description = "Let each client keep its security token, where hawkBit shows it to this user.")
        private boolean tokens;

        @Option(names = "--dry-run", description = "Only say what would be done.")
        private boolean dryRun;

        Hawkbit(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            HawkbitServer hawkbit = new HawkbitServer(from, user, password());
            MusterFleet fleet = new MusterFleet(session.api());
            List<Map<String, Object>> done =
                    new HawkbitImport(hawkbit, fleet, new HawkbitImport.Terms(hardware, tokens, dryRun)).run();
            session.printer()
                    .list(
                            Map.of("items", done),
                            Table.of()
                                    .column("WHAT", "what")
                                    .column("NAME", "name")
                                    .column("BECOMES", "becomes")
                                    .column("RESULT", "result"),
                            "name");
            session.printer().done(dryRun ? "\nNothing was changed: --dry-run." : "");
        }

        private String password() {
            try {
                return Files.readString(passwordFile).strip();
            } catch (IOException e) {
                throw new CliException(ExitCode.USAGE, "cannot read `" + passwordFile + "`", e);
            }
        }
    }
}
