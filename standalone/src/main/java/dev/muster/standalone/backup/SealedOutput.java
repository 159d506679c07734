package dev.muster.standalone.backup;

import java.io.IOException;
import java.io.OutputStream;

/** Seals what is written to it, chunk by chunk; only {@link #close} writes the end, without which the file is refused. For one thread. */
final class SealedOutput extends OutputStream {
    private final OutputStream out;
    private final SealedFile file;
    private final byte[] chunk;
    private int filled;
    private int number;
    private boolean closed;

    SealedOutput(OutputStream out, SealedFile file) throws IOException {
        this.out = out;
        this.file = file;
        this.chunk = new byte[file.chunk()];
        out.write(file.header());
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            // A full chunk waits: it may be the last.
            if (filled == chunk.length) {
                seal(false);
            }
            int part = Math.min(length - done, chunk.length - filled);
            System.arraycopy(bytes, offset + done, chunk, filled, part);
            filled += part;
            done += part;
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            seal(true);
            out.close();
        }
    }

    private void seal(boolean last) throws IOException {
        if (number == Integer.MAX_VALUE) {
            throw new IOException("expected a backup of at most " + Integer.MAX_VALUE + " parts");
        }
        out.write(file.seal(number, last, chunk, filled));
        number++;
        filled = 0;
    }
}
