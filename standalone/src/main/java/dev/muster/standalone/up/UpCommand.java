package dev.muster.standalone.up;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster up}. */
@Command(name = "up", description = "Starts the whole product on this machine.", mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
    private static final int MOST_DEVICES = 1000;

    @Option(
            names = "--devices",
            paramLabel = "N",
            description = "Agents to run here (default: 10, with --empty 0; at most " + MOST_DEVICES + ").")
    private @Nullable Integer devices;

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Data directory (./data).")
    private Path data = Path.of("data");

    @Option(names = "--port-base", paramLabel = "P", defaultValue = "7400", description = "First port (7400).")
    private int portBase = 7400;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "Name under which other machines reach this one: listens everywhere, HTTPS for people.")
    private @Nullable String host;

    @Option(names = "--detach", description = "Return as soon as everything is ready; stop with `muster down`.")
    private boolean detach;

    @Option(names = "--empty", description = "No example story.")
    private boolean empty;

    @Override
    public Integer call() {
        int count = devices == null ? (empty ? 0 : 10) : devices;
        if (count < 0 || count > MOST_DEVICES) {
            throw new StandaloneException(
                    ExitCode.USAGE, "`--devices` must be 0 to " + MOST_DEVICES + ", found " + count);
        }
        if (host != null && !host.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
            throw new StandaloneException(
                    ExitCode.USAGE, "`--host` must be a DNS name or an IPv4 address, found `" + host + "`");
        }
        UpOptions options = new UpOptions(
                count, data.toAbsolutePath().normalize(), new PortPlan(portBase), Optional.ofNullable(host), !empty);
        if (detach) {
            return new Detached(options).start();
        }
        Product.run(options, new Progress(System.out));
        return ExitCode.OK.number();
    }
}
