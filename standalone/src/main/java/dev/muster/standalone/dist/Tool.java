package dev.muster.standalone.dist;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Programs of others that packaging starts. */
public final class Tool {
    private static final int TELL_CHARS = 2000;

    private Tool() {}

    /** Runs it in {@code folder} to its end; what it printed. Fails with that where it fails or is not there. */
    public static String run(Path folder, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        // Options of whoever packages must not go into what is packaged.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new StandaloneException(
                        ExitCode.FAILED,
                        "`" + command.getFirst() + "` ended with " + exit + ": "
                                + printed.substring(Math.max(0, printed.length() - TELL_CHARS)));
            }
            return printed;
        } catch (IOException e) {
            throw new StandaloneException(
                    ExitCode.NOT_BUILT,
                    "`" + command.getFirst()
                            + "` cannot be started; expected tar, zstd and dpkg-deb on the PATH and a whole JDK: "
                            + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StandaloneException(ExitCode.FAILED, "interrupted", e);
        }
    }
}
