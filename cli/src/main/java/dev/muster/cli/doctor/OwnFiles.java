package dev.muster.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Who else can read the logins, or say to which server they are sent. */
final class OwnFiles {
    private static final String ID = "client/files";
    private static final String EXPECTED =
            "logins that only their owner can read, settings that only their owner can change";
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private OwnFiles() {}

    static Check check(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Check.ok(ID, "nothing is kept here", EXPECTED);
        }
        try {
            List<String> open = new ArrayList<>();
            wrong(folder, OTHERS_WRITE, open);
            wrong(folder.resolve("config.json"), OTHERS_WRITE, open);
            Path tokens = folder.resolve("tokens");
            wrong(tokens, OTHERS, open);
            if (Files.isDirectory(tokens)) {
                try (Stream<Path> files = Files.list(tokens)) {
                    // Locks hold nothing.
                    for (Path file : files.filter(one -> one.toString().endsWith(".json"))
                            .sorted()
                            .toList()) {
                        wrong(file, OTHERS, open);
                    }
                }
            }
            return open.isEmpty()
                    ? Check.ok(ID, "only their owner can read logins", EXPECTED)
                    : new Check(
                            ID,
                            Check.State.FAILING,
                            String.join(", ", open),
                            EXPECTED,
                            "`chmod -R go-rwx` the folder; if others are on this machine, `muster logout` and log in again");
        } catch (IOException | UnsupportedOperationException e) {
            return new Check(
                    ID,
                    Check.State.UNKNOWN,
                    "permissions cannot be read: " + e.getMessage(),
                    EXPECTED,
                    "look at them by hand");
        }
    }

    private static void wrong(Path file, Set<PosixFilePermission> forbidden, List<String> open) throws IOException {
        if (Files.exists(file)) {
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
            if (found.stream().anyMatch(forbidden::contains)) {
                open.add("`" + file.getFileName() + "` is " + PosixFilePermissions.toString(found));
            }
        }
    }
}
