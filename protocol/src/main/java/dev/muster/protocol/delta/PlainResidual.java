package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A residual that is packed by itself, or lies as it is. */
final class PlainResidual implements Residual {
    private final InputStream in;
    private final ByteArrayInputStream packed;

    /**
     * A residual.
     *
     * @param packed must be empty in the end
     */
    PlainResidual(InputStream in, ByteArrayInputStream packed) {
        this.in = in;
        this.packed = packed;
    }

    @Override
    public void fill(byte[] target, int offset, int length) {
        try {
            int position = 0;
            while (position < length) {
                int count = in.read(target, offset + position, length - position);
                if (count < 0) {
                    throw new ProtocolException("delta: a payload ends too early");
                }
                position += count;
            }
        } catch (IOException e) {
            throw new ProtocolException("delta: a payload is damaged", e);
        }
    }

    @Override
    public void end() {
        try {
            if (in.read() >= 0 || packed.available() > 0) {
                throw new ProtocolException("delta: a payload goes on after its end");
            }
        } catch (IOException e) {
            throw new ProtocolException("delta: a payload is damaged", e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
