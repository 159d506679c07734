package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether what a process writes goes to systemd's journal: {@code JOURNAL_STREAM} of systemd.exec(5). */
public final class JournalStream {
    /** Standard output of this process. */
    public static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private JournalStream() {}

    /** False also where {@code stream} was redirected since, so that a file does not get the journal's marks. */
    public static boolean isAt(Map<String, String> environment, Path stream) {
        String[] journal = environment.getOrDefault("JOURNAL_STREAM", "").split(":", -1);
        if (journal.length != 2) {
            return false;
        }
        try {
            return journal[0].equals(Files.getAttribute(stream, "unix:dev").toString())
                    && journal[1].equals(Files.getAttribute(stream, "unix:ino").toString());
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
