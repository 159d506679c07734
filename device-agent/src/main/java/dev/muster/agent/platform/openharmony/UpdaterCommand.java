package dev.muster.agent.platform.openharmony;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The updater's command at the begin of partition {@code misc}: command (32 bytes), status (32), update (768); what follows is the
 * updater's own. The command is written last and alone: it lies in one sector, so a power cut leaves it there or not there.
 */
final class UpdaterCommand {
    private static final int COMMAND_BYTES = 32;
    private static final int STATUS_BYTES = 32;
    private static final int UPDATE_BYTES = 768;
    private static final String COMMAND = "boot_updater";
    private static final String PACKAGE = "--update_package=";

    private final Path misc;

    UpdaterCommand(Path misc) {
        this.misc = misc;
    }

    /** The updater takes {@code named}, a path on the device, at the next start. */
    void write(String named) throws IOException {
        byte[] argument = padded(PACKAGE + named, UPDATE_BYTES);
        try (FileChannel channel = open()) {
            write(channel, new byte[STATUS_BYTES], COMMAND_BYTES);
            write(channel, argument, COMMAND_BYTES + STATUS_BYTES);
            channel.force(true);
            write(channel, padded(COMMAND, COMMAND_BYTES), 0);
            channel.force(true);
        }
    }

    /** Takes the command back, if there is one. */
    void clear() throws IOException {
        try (FileChannel channel = open()) {
            write(channel, new byte[COMMAND_BYTES], 0);
            channel.force(true);
        }
    }

    /** Whether a command still waits for the updater. */
    boolean waits() throws IOException {
        try (FileChannel channel = FileChannel.open(misc, StandardOpenOption.READ)) {
            ByteBuffer command = ByteBuffer.allocate(COMMAND_BYTES);
            while (command.hasRemaining() && channel.read(command, command.position()) >= 0) {
                // read on
            }
            return new String(command.array(), 0, command.position(), StandardCharsets.US_ASCII).startsWith(COMMAND);
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(misc, StandardOpenOption.WRITE);
    }

    private static void write(FileChannel channel, byte[] bytes, long at) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, at + buffer.position());
        }
    }

    // One byte at least stays zero: the reader looks for the end of a string.
    private static byte[] padded(String text, int length) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= length) {
            throw new IOException("expected less than " + length + " bytes for the updater, found `" + text + "`");
        }
        return Arrays.copyOf(bytes, length);
    }
}
