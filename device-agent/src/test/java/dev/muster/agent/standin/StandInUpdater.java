package dev.muster.agent.standin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * The updater of a device, as far as the agent meets it: at a start it looks for its command in {@code misc}, takes the package, and
 * leaves its result in a file. A package is text: its first line names the software version that it brings.
 */
public final class StandInUpdater {
    private static final int COMMAND_BYTES = 32;
    private static final int STATUS_BYTES = 32;
    private static final int UPDATE_BYTES = 768;

    private final Path root;
    private final Map<String, String> parameters;
    private boolean refuses;
    private boolean dies;

    StandInUpdater(Path root, Map<String, String> parameters) {
        this.root = root;
        this.parameters = parameters;
    }

    /** The next package is found to be unfit. */
    public void refuses() {
        refuses = true;
    }

    /** At the next start the boot loader does not find the command. */
    public void dies() {
        dies = true;
    }

    /** The software version of the system that boots. */
    String version() throws IOException {
        Path file = root.resolve("system-version");
        return Files.exists(file) ? Files.readString(file) : "1.0.0";
    }

    // One slot, or two whose boot loader was told that the running one is bad.
    private void switchTo(String version) throws IOException {
        Files.writeString(root.resolve("system-before"), version());
        Files.writeString(root.resolve("system-version"), version);
        parameters.put("const.product.software.version", version);
    }

    void boot() throws IOException {
        if ("bad".equals(parameters.remove("persist.board.boot"))) {
            switchTo(Files.readString(root.resolve("system-before")));
            return;
        }
        Path misc = root.resolve("dev/block/by-name/misc");
        if (!Files.exists(misc)) {
            return;
        }
        byte[] bytes = Files.readAllBytes(misc);
        if (!text(bytes, 0, COMMAND_BYTES).equals("boot_updater") || dies) {
            return;
        }
        String argument = text(bytes, COMMAND_BYTES + STATUS_BYTES, UPDATE_BYTES);
        String prefix = "--update_package=";
        String named = argument.startsWith(prefix)
                ? argument.substring(prefix.length()).strip()
                : "";
        // The updater sees the same /data under the same name.
        Path file = root.resolve(named.startsWith("/") ? named.substring(1) : named);
        boolean taken = !refuses && !named.isEmpty() && Files.exists(file);
        if (taken) {
            switchTo(Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse(""));
        }
        Arrays.fill(bytes, 0, COMMAND_BYTES + STATUS_BYTES + UPDATE_BYTES, (byte) 0);
        Files.write(misc, bytes);
        Files.writeString(
                root.resolve("data/updater/updater_result"), named + (taken ? "|pass|\n" : "|fail|verify package\n"));
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }
}
