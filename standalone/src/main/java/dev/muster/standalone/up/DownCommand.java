package dev.muster.standalone.up;

import dev.muster.standalone.process.Await;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster down}. */
@Command(name = "down", description = "Stops what `up` started.", mixinStandardHelpOptions = true)
public final class DownCommand implements Callable<Integer> {
    private static final Duration ORDERLY = Duration.ofMinutes(3);

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Data directory (./data).")
    private Path data = Path.of("data");

    @Override
    public Integer call() {
        Progress progress = new Progress(System.out);
        DataDirectory directory = DataDirectory.existing(data.toAbsolutePath().normalize());
        Optional<ProcessHandle> supervisor = RunState.supervisor(directory).alive();
        if (supervisor.isPresent()) {
            progress.line("muster: stopping what runs in " + directory.root());
            supervisor.get().destroy();
            if (!Await.until(ORDERLY, () -> !supervisor.get().isAlive())) {
                throw new StandaloneException(
                        ExitCode.FAILED,
                        "process " + supervisor.get().pid() + " did not stop within " + ORDERLY.toSeconds() + " s");
            }
        }
        // Also what a supervisor that was killed could not stop any more.
        new Leftovers(directory, progress).stop();
        RunState.supervisor(directory).delete();
        progress.line(supervisor.isPresent() ? "muster: stopped" : "muster: nothing runs in " + directory.root());
        return ExitCode.OK.number();
    }
}
