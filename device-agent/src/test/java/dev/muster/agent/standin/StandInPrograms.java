package dev.muster.agent.standin;

import dev.muster.protocol.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

/**
 * Real programs in front of a {@link StandInDevice}: one thin script for each tool hands its words over through a named pipe and
 * prints what comes back; the helper answers on a socket.
 */
public final class StandInPrograms implements AutoCloseable {
    private static final List<String> TOOLS = List.of("bm", "atm", "param", "aa", "reboot");
    private static final char UNIT = 0x1f;

    private final StandInDevice device;
    private final Path bin;
    private final Path helper;
    private final RandomAccessFile requests;
    private final Thread reader;
    private final ServerSocketChannel socket;

    /** Puts the programs below {@code directory}, whose path must be short; with a helper or without. */
    public StandInPrograms(StandInDevice device, Path directory, boolean withHelper) throws Exception {
        this.device = device;
        this.bin = Files.createDirectories(directory.resolve("bin"));
        this.helper = directory.resolve("helper");
        Path pipe = directory.resolve("requests");
        pipe(pipe);
        for (String tool : TOOLS) {
            Path script = bin.resolve(tool);
            Files.writeString(script, """
                    #!/bin/sh
                    answer=$(mktemp -u %1$s/answer.XXXXXXXX) && mkfifo "$answer" || exit 1
                    IFS=$(printf '\\037')
                    set -- "$answer" %2$s "$@"
                    printf '%%s\\n' "$*" > %1$s/requests
                    cat "$answer"
                    rm -f "$answer"
                    """.formatted(directory, tool));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        }
        this.requests = new RandomAccessFile(pipe.toFile(), "rw");
        this.reader = Thread.ofPlatform().daemon().start(this::serve);
        this.socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        if (withHelper) {
            socket.bind(UnixDomainSocketAddress.of(helper));
            Thread.ofPlatform().daemon().start(this::serveHelper);
        }
    }

    /** Where the programs lie. */
    public Path bin() {
        return bin;
    }

    /** Where the helper answers, if there is one. */
    public Path helper() {
        return helper;
    }

    private static void pipe(Path path) throws IOException, InterruptedException {
        if (new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor() != 0) {
            throw new IOException("`mkfifo` failed for `" + path + "`");
        }
    }

    private void serve() {
        try {
            for (String line = requests.readLine(); line != null && !line.isEmpty(); line = requests.readLine()) {
                String[] words = new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                        .split(String.valueOf(UNIT), -1);
                String text = device.run(Arrays.asList(words).subList(1, words.length));
                Files.writeString(Path.of(words[0]), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serveHelper() {
        try {
            while (true) {
                try (SocketChannel channel = socket.accept();
                        BufferedReader in = new BufferedReader(
                                new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
                    String line = in.readLine();
                    byte[] answer =
                            JsonObject.write(device.helper(JsonObject.parse(line.getBytes(StandardCharsets.UTF_8))));
                    ByteBuffer whole = ByteBuffer.wrap(Arrays.copyOf(answer, answer.length + 1));
                    whole.put(answer.length, (byte) '\n');
                    channel.write(whole);
                }
            }
        } catch (ClosedChannelException e) {
            // The device is switched off.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws Exception {
        requests.write('\n'); // an empty line ends the reader
        reader.join();
        requests.close();
        socket.close();
    }
}
