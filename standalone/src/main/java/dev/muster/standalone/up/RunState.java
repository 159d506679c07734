package dev.muster.standalone.up;

import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.PidFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/** What the running supervisor tells {@code status} and {@code down}: what it was asked for and how far it is. */
record RunState(UpOptions options, Phase phase) {
    /** How far a supervisor is. */
    enum Phase {
        STARTING,
        READY,
        STOPPING
    }

    void save(DataDirectory data) {
        Folders.writeOwnerOnly(
                data.state(),
                "devices=" + options.devices() + "\nport-base="
                        + options.ports().base() + "\nhost=" + options.host().orElse("") + "\nstory=" + options.story()
                        + "\nphase=" + phase + "\n");
    }

    static Optional<RunState> load(DataDirectory data) {
        Path file = data.state();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            values.load(reader);
        } catch (IOException e) {
            throw Folders.unusable(file, e);
        }
        String host = values.getProperty("host", "");
        return Optional.of(new RunState(
                new UpOptions(
                        Integer.parseInt(values.getProperty("devices", "0")),
                        data.root(),
                        new PortPlan(Integer.parseInt(
                                values.getProperty("port-base", Integer.toString(PortPlan.DEFAULT_BASE)))),
                        host.isEmpty() ? Optional.empty() : Optional.of(host),
                        Boolean.parseBoolean(values.getProperty("story", "true"))),
                Phase.valueOf(values.getProperty("phase", "STARTING"))));
    }

    /** Remembers which process supervises {@code data}. */
    static PidFile supervisor(DataDirectory data) {
        return new PidFile(data.run().resolve("supervisor.pid"));
    }
}
