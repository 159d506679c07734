package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Apps that run as a unit of systemd. An app declares its unit in the file {@code linux/unit} of its package: one line, a name
 * that begins with {@code muster-app-}. Such names alone may be restarted, here and in the polkit rule; the unit itself comes with the
 * image. Stateless but for what it asks.
 */
public final class AppUnits {
    private static final String UNIT = "muster-app-[A-Za-z0-9._-]{1,200}\\.service";
    private static final int LINE_BYTES = 256;

    private final Systemd systemd;

    public AppUnits(Systemd systemd) {
        this.systemd = systemd;
    }

    /**
     * Restarts the app that lies in {@code directory}.
     *
     * @return false if it declares no unit, or no systemd is here
     * @throws IOException with the reason if the declaration is no good or systemd refused
     */
    public boolean restart(Path directory) throws IOException {
        Optional<String> unit = unit(directory);
        if (unit.isEmpty() || !systemd.isThere()) {
            return false;
        }
        systemd.ask("restart", unit.get());
        return true;
    }

    private static Optional<String> unit(Path directory) throws IOException {
        Path file = directory.resolve("linux").resolve("unit");
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        String name;
        try (var in = Files.newInputStream(file)) {
            name = new String(in.readNBytes(LINE_BYTES), StandardCharsets.UTF_8).strip();
        }
        if (!name.matches(UNIT)) {
            throw new IOException(
                    "expected the name of a unit `muster-app-...service` in `linux/unit` of the app, found `" + name
                            + "`");
        }
        return Optional.of(name);
    }
}
