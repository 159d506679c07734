package dev.muster.standalone.up;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Muster's own packaged programs, in a build tree or a distribution. */
record ProductFiles(Path home) {
    /** Names the root of the tree; the launcher script sets it. */
    static final String PROPERTY = "muster.home";

    /** From the system property {@value #PROPERTY}, else the working folder. */
    static ProductFiles locate() {
        return new ProductFiles(Path.of(System.getProperty(PROPERTY, "")).toAbsolutePath());
    }

    /** The server. */
    Path serverJar() {
        return required(home.resolve("control-plane/target/quarkus-app/quarkus-run.jar"), "control-plane");
    }

    /** Class path of the agent, its own jar first. */
    String agentClassPath() {
        Path target = home.resolve("device-agent/target");
        return required(target.resolve("device-agent.jar"), "device-agent") + ":"
                + required(target.resolve("lib"), "device-agent") + "/*";
    }

    private static Path required(Path file, String module) {
        if (!Files.exists(file)) {
            throw notBuilt(file, module);
        }
        return file;
    }

    private static StandaloneException notBuilt(Path file, String module) {
        return new StandaloneException(
                ExitCode.NOT_BUILT, "`" + file + "` is missing; build " + module + " first (`./muster up` does)");
    }
}
