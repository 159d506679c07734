package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The service manager of the machine. Each request is made as whoever the agent is, without asking anybody for a password:
 * what that one may do is for polkit to say. Thread-safe.
 */
public final class Systemd {
    private final Path system;
    private final Programs programs;

    public Systemd(Path system, Programs programs) {
        this.system = system;
        this.programs = programs;
    }

    /** Whether systemd runs this machine; sd_booted(3). */
    public boolean isThere() {
        return Files.isDirectory(system.resolve("run/systemd/system"))
                && programs.find("systemctl").isPresent();
    }

    /**
     * Asks for something and waits until it was accepted.
     *
     * @throws IOException with systemd's own words if it was refused, or no systemd is here
     */
    public void ask(String... words) throws IOException {
        if (!isThere()) {
            throw new IOException("this machine is not run by systemd");
        }
        String[] command = new String[words.length + 1];
        command[0] = "--no-ask-password";
        System.arraycopy(words, 0, command, 1, words.length);
        Programs.Result result = programs.run(Programs.ASKING, "systemctl", command);
        if (!result.isGood()) {
            throw new IOException("`systemctl " + String.join(" ", words) + "`: " + result.lastLine());
        }
    }
}
