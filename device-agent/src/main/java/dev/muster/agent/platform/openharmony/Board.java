package dev.muster.agent.platform.openharmony;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the image says of its own board, in {@code /system/etc/muster/board.json}: no command and no parameter tells whether a board can
 * go back, so whoever builds the image has to. Without the file images are not updated.
 *
 * @param misc the partition with the updater's command
 * @param packages directory that the updater reads packages from
 * @param version parameter that names the running image
 * @param goBack how the boot loader is told; empty where the board cannot go back
 */
public record Board(String misc, String packages, String version, Optional<GoBack> goBack) {
    /**
     * What the board's own boot counter is told, as words of a tool.
     *
     * @param markGood the running slot stays
     * @param giveUp the slot before boots at the next start
     */
    public record GoBack(List<String> markGood, List<String> giveUp) {
        public GoBack {
            markGood = List.copyOf(markGood);
            giveUp = List.copyOf(giveUp);
            if (markGood.isEmpty() || giveUp.isEmpty()) {
                throw new ProtocolException("expected the words of a tool at `goBack.markGood` and `goBack.giveUp`");
            }
        }
    }

    /** Reads {@code file}; empty where it is not there. */
    public static Optional<Board> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonObject json = JsonObject.parse(Files.readAllBytes(file));
            return Optional.of(new Board(
                    absolute(json, "misc", "/dev/block/by-name/misc"),
                    absolute(json, "packages", "/data/updater"),
                    json.optionalString("version").orElse("const.product.software.version"),
                    json.optionalObject("goBack")
                            .map(back -> new GoBack(back.strings("markGood"), back.strings("giveUp")))));
        } catch (ProtocolException e) {
            throw new IOException("`" + file + "`: " + e.getMessage(), e);
        }
    }

    private static String absolute(JsonObject json, String name, String usual) {
        String path = json.optionalString(name).orElse(usual);
        if (!path.startsWith("/") || path.contains("..")) {
            throw new ProtocolException("expected an absolute path at `" + name + "`, found `" + path + "`");
        }
        return path;
    }
}
