package dev.muster.cli.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** The rest of a file, and how far it was read. For one thread. */
final class CountedStream extends FilterInputStream {
    private final LongConsumer read;
    private long at;

    private CountedStream(InputStream in, long at, LongConsumer read) {
        super(in);
        this.at = at;
        this.read = read;
    }

    static InputStream open(Path file, long offset, LongConsumer read) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            return new CountedStream(Channels.newInputStream(channel.position(offset)), offset, read);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read `" + file + "`", e);
        }
    }

    @Override
    public int read() throws IOException {
        int found = super.read();
        count(found < 0 ? 0 : 1);
        return found;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int found = super.read(buffer, offset, length);
        count(Math.max(0, found));
        return found;
    }

    private void count(int bytes) {
        at += bytes;
        read.accept(at);
    }
}
