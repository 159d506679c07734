package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import java.io.IOException;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * A residual whose streams are deflated again while it is read. Whether the bytes are those that were signed for is seen as with every
 * segment: another deflater than zlib's, or a stream that is not as the maker found it, makes a segment that is refused.
 */
final class DeflatedResidual implements Residual {
    private static final int PART_BYTES = 16 << 10;

    private final Unpacking unpacking;
    private final Residual view;
    private final byte[] buffer = new byte[PART_BYTES];
    private final byte[] dropped = new byte[PART_BYTES];
    private int stream = -1;
    private int before;
    private int content;
    private int skipped;
    private int made;
    private @Nullable Deflater deflater;

    /**
     * A residual.
     *
     * @param view what it is, unpacked
     */
    DeflatedResidual(Unpacking unpacking, Residual view) {
        this.unpacking = unpacking;
        this.view = view;
        advance();
    }

    private void advance() {
        stream++;
        before = stream < unpacking.streams() ? unpacking.before(stream) : Integer.MAX_VALUE;
    }

    @Override
    public void fill(byte[] target, int offset, int length) throws IOException {
        int position = offset;
        int left = length;
        while (left > 0) {
            Deflater open = deflater;
            int count;
            if (open != null) {
                count = deflate(open, target, position, Math.min(left, made));
                made -= count;
                if (made == 0) {
                    endStream(open);
                }
            } else if (before > 0) {
                count = Math.min(left, before);
                view.fill(target, position, count);
                before -= count;
            } else {
                begin();
                count = 0;
            }
            position += count;
            left -= count;
        }
    }

    private void begin() {
        content = unpacking.content(stream);
        skipped = unpacking.skipped(stream);
        made = unpacking.made(stream);
        Deflater begun = new Deflater(unpacking.level(stream), true);
        if (content == 0) {
            begun.finish();
        }
        deflater = begun;
    }

    private int deflate(Deflater open, byte[] target, int offset, int most) throws IOException {
        while (true) {
            if (open.needsInput() && content > 0) {
                int count = Math.min(content, buffer.length);
                view.fill(buffer, 0, count);
                content -= count;
                open.setInput(buffer, 0, count);
                if (content == 0) {
                    open.finish();
                }
            }
            int count = skipped > 0
                    ? open.deflate(dropped, 0, Math.min(skipped, dropped.length))
                    : open.deflate(target, offset, most);
            if (count == 0 && (open.finished() || content == 0)) {
                throw new ProtocolException(
                        "delta: a stream ends before the " + made + " bytes that are to come of it");
            }
            if (skipped == 0 && count > 0) {
                return count;
            }
            skipped -= count;
        }
    }

    // What lies in the next segment is not made here, but all of its content was sent.
    private void endStream(Deflater open) throws IOException {
        while (content > 0) {
            int count = Math.min(content, buffer.length);
            view.fill(buffer, 0, count);
            content -= count;
        }
        open.end();
        deflater = null;
        advance();
    }

    @Override
    public void end() throws IOException {
        if (stream < unpacking.streams()) {
            throw new ProtocolException("delta: a payload goes on after its end");
        }
        view.end();
    }

    @Override
    public void close() throws IOException {
        Deflater open = deflater;
        if (open != null) {
            open.end();
        }
        view.close();
    }
}
