package dev.muster.standalone.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/** What was sealed; every byte that it gives was checked before. The end comes only where the file ends as it was made. For one thread. */
final class SealedInput extends InputStream {
    private final PushbackInputStream in;
    private final SealedFile file;
    private byte[] plain = new byte[0];
    private int at;
    private int number;
    private boolean ended;

    /** Reads on behind the header. */
    SealedInput(InputStream in, SealedFile file) {
        this.in = new PushbackInputStream(in, 1);
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (at == plain.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        int part = Math.min(length, plain.length - at);
        System.arraycopy(plain, at, bytes, offset, part);
        at += part;
        return part;
    }

    private void next() throws IOException {
        byte[] sealed = in.readNBytes(file.chunk() + SealedFile.TAG);
        int behind = in.read();
        if (behind >= 0) {
            in.unread(behind);
        }
        if (sealed.length < SealedFile.TAG) {
            throw file.damaged(number);
        }
        plain = file.unseal(number, behind < 0, sealed, sealed.length);
        at = 0;
        ended = behind < 0;
        number++;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
