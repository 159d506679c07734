package dev.muster.standalone.up;

import dev.muster.standalone.api.ApiClient;
import dev.muster.standalone.api.ApiException;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.HttpProbe;
import dev.muster.standalone.process.PidFile;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.StandaloneException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster status}. */
@Command(
        name = "status",
        description = "Shows what runs; exit code 0 only if all of it does.",
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Data directory (./data).")
    private Path data = Path.of("data");

    @Override
    public Integer call() {
        Progress progress = new Progress(System.out);
        DataDirectory directory = DataDirectory.existing(data.toAbsolutePath().normalize());
        RunState state = RunState.load(directory)
                .orElseThrow(() -> new StandaloneException(
                        ExitCode.NOT_RUNNING, "`" + directory.root() + "` was never started to its end"));
        boolean supervised = RunState.supervisor(directory).alive().isPresent();
        progress.line("muster in " + directory.root() + ": "
                + (supervised ? state.phase().name().toLowerCase(java.util.Locale.ROOT) : "not running"));
        boolean up = supervised && state.phase() == RunState.Phase.READY;
        PortPlan ports = state.options().ports();
        up &= line(progress, directory, "PostgreSQL", "postgresql", !Ports.isFree(ports.postgres()));
        up &= line(progress, directory, "Kafka", "kafka", !Ports.isFree(ports.kafka()));
        up &= line(progress, directory, "Keycloak", "keycloak", !Ports.isFree(ports.keycloak()));
        try (HttpProbe ready = ControlPlane.readiness(ports)) {
            up &= line(progress, directory, "control plane", "server", ready.isReady());
        }
        if (state.options().devices() > 0) {
            up &= line(progress, directory, "agents", "agents", true);
        }
        up &= fleet(progress, directory, state.options());
        return (up ? ExitCode.OK : ExitCode.NOT_RUNNING).number();
    }

    private static boolean line(Progress progress, DataDirectory data, String name, String log, boolean answers) {
        Optional<ProcessHandle> process = PidFile.besideLog(data.logOf(log)).alive();
        String found = process.map(handle -> (answers ? "up" : "starting") + " (process " + handle.pid() + ")")
                .orElse("down");
        progress.line("  %-14s %s".formatted(name, found));
        return process.isPresent() && answers;
    }

    private static boolean fleet(Progress progress, DataDirectory data, UpOptions options) {
        Secrets secrets = Secrets.loadOrCreate(data.secrets());
        Optional<WebCertificate> web = options.host()
                .map(host -> WebCertificate.ensure(data.root().resolve("web"), host, secrets.get("web.keystore")));
        try (ApiClient api = AdminApi.connect(options, secrets, web)) {
            FleetCount count = FleetCount.ask(api);
            // Real machines that enrolled count too.
            int expected = Math.max(options.devices(), count.devices());
            progress.line(count.online() + " of " + expected + " agents connected");
            return count.online() >= options.devices();
        } catch (ApiException e) {
            progress.line("unknown of " + options.devices() + " agents connected: " + e.getMessage());
            return false;
        }
    }
}
