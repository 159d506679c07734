package dev.muster.agent.help;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Where files of remote help may lie: really below one of the allowed folders, whatever links say. */
final class HelpPaths {
    private HelpPaths() {}

    /** The file, its folder resolved; a {@link HelpEndedException} where it lies elsewhere or is no plain file. */
    static Path of(String subject, List<String> allowed) throws IOException {
        Path asked;
        try {
            asked = Path.of(subject);
        } catch (InvalidPathException e) {
            throw new HelpEndedException("expected a path, found `" + subject + "`");
        }
        Path name = asked.getFileName();
        Path folder = asked.getParent();
        if (!asked.isAbsolute()
                || name == null
                || folder == null
                || name.toString().equals("..")
                || name.toString().equals(".")) {
            throw new HelpEndedException("expected an absolute path of a file, found `" + subject + "`");
        }
        Path real;
        try {
            real = folder.toRealPath();
        } catch (NoSuchFileException e) {
            throw new HelpEndedException("no folder `" + folder + "` on this device");
        }
        boolean within = false;
        for (String one : allowed) {
            Path root = Path.of(one);
            within |= root.isAbsolute() && Files.isDirectory(root) && real.startsWith(root.toRealPath());
        }
        if (!within) {
            throw new HelpEndedException(
                    "`" + subject + "` does not lie below a folder that the signed settings of this device allow");
        }
        Path file = real.resolve(name);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new HelpEndedException("expected a plain file at `" + subject + "`, found something else");
        }
        return file;
    }
}
