package dev.muster.standalone.up;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Where everything of one instance lives; its owner's only. */
record DataDirectory(Path root) {
    /** Name of the environment variable with the folder of unpacked programs. */
    static final String SHARED_PROGRAMS = "MUSTER_PROGRAMS";

    private static final String MARKER = "muster.instance";
    private static final String FORMAT = "1";
    private static final long FIRST_START_BYTES = 1_000L * 1024 * 1024;
    private static final long LATER_START_BYTES = 200L * 1024 * 1024;

    /**
     * Makes the directory, or checks that it is one of ours with room to work in.
     *
     * @throws StandaloneException if it holds something else, was written by a newer Muster, or is short of space
     */
    static DataDirectory prepare(Path root) {
        try {
            Path marker = root.resolve(MARKER);
            boolean known = Files.exists(marker);
            if (!known && Files.isDirectory(root) && !isEmpty(root)) {
                throw new StandaloneException(
                        ExitCode.DATA_UNUSABLE,
                        "`" + root
                                + "` holds files that are not Muster's; choose an empty or new folder with `--data`");
            }
            Folders.ownerOnly(root);
            requireSpace(root, known ? LATER_START_BYTES : FIRST_START_BYTES);
            if (known) {
                String found = Files.readString(marker).strip();
                if (!found.equals(FORMAT)) {
                    throw new StandaloneException(
                            ExitCode.DATA_UNUSABLE,
                            "`" + root + "` has data format `" + found + "`, this Muster reads `" + FORMAT + "`");
                }
            } else {
                new DataDirectory(root).mark();
            }
        } catch (IOException e) {
            throw Folders.unusable(root, e);
        }
        DataDirectory data = new DataDirectory(root);
        Folders.ownerOnly(data.log());
        Folders.ownerOnly(data.run());
        return data;
    }

    /** The directory if an instance was ever started in it. */
    static DataDirectory existing(Path root) {
        if (!Files.exists(root.resolve(MARKER))) {
            throw new StandaloneException(
                    ExitCode.NOT_RUNNING,
                    "nothing was ever started in `" + root + "`; expected a folder that `./muster up` made");
        }
        return new DataDirectory(root);
    }

    /** Makes it one of ours. */
    void mark() {
        Folders.writeOwnerOnly(root.resolve(MARKER), FORMAT + "\n");
    }

    Path log() {
        return root.resolve("log");
    }

    Path logOf(String program) {
        return log().resolve(program + ".log");
    }

    Path run() {
        return root.resolve("run");
    }

    Path lock() {
        return run().resolve("lock");
    }

    Path state() {
        return run().resolve("state.properties");
    }

    Path secrets() {
        return root.resolve("secrets.properties");
    }

    /** Programs unpacked and built once: here, or where {@value #SHARED_PROGRAMS} says that several instances share them. */
    Path programs() {
        return programs(System.getenv());
    }

    Path programs(Map<String, String> environment) {
        String shared = environment.getOrDefault(SHARED_PROGRAMS, "");
        return shared.isBlank() ? root.resolve("runtime") : Path.of(shared).toAbsolutePath();
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path keycloak() {
        return root.resolve("keycloak");
    }

    Path server() {
        return root.resolve("server");
    }

    Path agents() {
        return root.resolve("agents");
    }

    /** Files of the example story. */
    Path example() {
        return root.resolve("example");
    }

    Path seeded() {
        return root.resolve("seeded.properties");
    }

    private static void requireSpace(Path folder, long needed) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < needed) {
            throw new StandaloneException(
                    ExitCode.DATA_UNUSABLE,
                    "`" + folder + "` has " + free / (1024 * 1024) + " MiB of free space, starting needs "
                            + needed / (1024 * 1024) + " MiB; nothing was changed");
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
