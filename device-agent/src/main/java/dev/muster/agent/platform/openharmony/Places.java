package dev.muster.agent.platform.openharmony;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things lie on this device. Usual everywhere; {@code openharmony.json} in the agent's directory names others, for images that
 * are laid out otherwise.
 *
 * @param root of the file system: {@code proc}, {@code sys}, the board's file
 * @param tools directory of {@code bm}, {@code param} and the others
 * @param helper socket of the privileged helper, which need not be there
 */
public record Places(Path root, Path tools, Path helper) {
    private static final String FILE = "openharmony.json";

    /** What the board says of its slots, below {@link #root}. */
    private static final String BOARD = "system/etc/muster/board.json";

    /** What holds for the agent whose directory is {@code state}. */
    public static Places of(Path state) throws IOException {
        Path file = state.resolve(FILE);
        if (!Files.exists(file)) {
            return usual();
        }
        try {
            JsonObject json = JsonObject.parse(Files.readAllBytes(file));
            Places usual = usual();
            return new Places(
                    json.optionalString("root").map(Path::of).orElse(usual.root),
                    json.optionalString("tools").map(Path::of).orElse(usual.tools),
                    json.optionalString("helper").map(Path::of).orElse(usual.helper));
        } catch (ProtocolException e) {
            throw new IOException("`" + file + "`: " + e.getMessage(), e);
        }
    }

    private static Places usual() {
        return new Places(Path.of("/"), SystemTools.SYSTEM_BIN, Path.of("/dev/unix/socket/muster_helper"));
    }

    /** The file in which the image says what this board's slots can do. */
    public Path board() {
        return root.resolve(BOARD);
    }
}
