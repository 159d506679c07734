package dev.muster.cli.doctor;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        headerHeading = "Example: muster doctor%n%n",
        header = "Is all well, on this machine and on the server; and what to do where it is not.",
        description = {
            "Looks at clocks, certificates, trust metadata, disks, limits, memory, versions, at what the server depends on, and at this"
                    + " machine's login. Changes nothing. What the server finds of itself is told to operators of the whole fleet."
        },
        footer = {
            "Ends with 0 where all is well, 9 where something needs attention or could not be looked at, 1 where something does not work,"
                    + " 7 where no server answers: what can be said without one is said."
        })
public final class DoctorCommand implements Runnable {
    private static final Table TABLE = Table.of()
            .column("STATE", "state")
            .column("CHECK", "id")
            .column("FOUND", "found")
            .column("WHAT TO DO", "advice");

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description =
                    "Data directory of a server of this machine (${DEFAULT-VALUE}), whose disk is looked at if it is there.")
    private Path data = Path.of("data");

    public DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Examination.Result result =
                Examination.of(session, String.join("", spec.root().version()), data);
        session.printer().list(result.toMap(), TABLE, "id");
        // Whole, also where the table was cut to fit the terminal.
        result.checks().stream()
                .filter(check -> check.state() != Check.State.OK)
                .forEach(check -> session.printer()
                        .done("\n" + check.id() + ": " + check.found() + "\n  expected: " + check.expected()
                                + "\n  to do:    " + check.advice()));
        long failing = result.count(Check.State.FAILING);
        String line = failing + " failing, " + result.count(Check.State.WARNING) + " to be warned of, "
                + result.count(Check.State.UNKNOWN) + " unknown, of "
                + result.checks().size();
        if (!result.reached()) {
            throw new CliException(ExitCode.UNREACHABLE, "no server answers at `" + result.server() + "`: " + line);
        }
        if (failing > 0) {
            throw new CliException(ExitCode.FAILED, line);
        }
        if (result.state() != Check.State.OK) {
            throw new CliException(ExitCode.ATTENTION, line);
        }
    }
}
