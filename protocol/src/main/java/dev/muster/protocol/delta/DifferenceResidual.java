package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2InputStream;

/** After C. Percival, "Naive differences of executable code" (2003): bytes to add to old ones, and new ones between. */
final class DifferenceResidual implements Residual {
    private static final int READ_BYTES = 16 << 10;
    /** No window and no residual is longer, unpacked or not. */
    private static final int MOST_AT_ONCE =
            Math.max(DeltaFormat.MAX_UNPACKED_BASE_BYTES, DeltaFormat.MAX_UNPACKED_BYTES + DeltaFormat.MAX_NEW_BYTES);

    private final BaseBytes base;
    private final long baseLength;
    private final long[] windows;
    private final int windowBytes;
    private final Varints control;
    private final Added added;
    private final PlainResidual extra;
    private final byte[] old = new byte[DifferenceModel.BEFORE_BYTES + READ_BYTES + DifferenceModel.AFTER_BYTES];
    private long reference;
    private int adding;
    private int inserting;
    private long jump;

    /**
     * A residual.
     *
     * @param windows of the base, as a recipe has them
     * @param residual its length
     * @param model how differences are expected; null where they are listed
     */
    DifferenceResidual(
            BaseBytes base,
            long baseLength,
            long[] windows,
            int residual,
            byte[] payload,
            @Nullable DifferenceModel model)
            throws IOException {
        this.base = base;
        this.baseLength = baseLength;
        this.windows = windows;
        windowBytes = windowBytes(windows);
        Varints sizes = new Varints(payload, 0, payload.length);
        int controlRaw = sizes.nextInt(DeltaFormat.MAX_RECIPE_BYTES);
        // Three numbers a step, each step makes a byte at least.
        if (controlRaw > 15L * residual + 15) {
            throw new ProtocolException("delta: expected fewer steps than bytes, found " + controlRaw);
        }
        int controlPacked = sizes.nextInt(payload.length);
        int addedRaw = sizes.nextInt(residual);
        int addedPacked = sizes.nextInt(payload.length);
        int extraRaw = residual - addedRaw;
        int at = sizes.position();
        int extraPacked = payload.length - at - controlPacked - addedPacked;
        // They are unpacked with as much memory.
        if (extraRaw > DeltaFormat.MAX_NEW_BYTES) {
            throw new ProtocolException(
                    "delta: expected at most " + DeltaFormat.MAX_NEW_BYTES + " new bytes, found " + extraRaw);
        }
        if (extraPacked < 0) {
            throw new ProtocolException("delta: the parts of a payload are longer than the payload");
        }
        byte[] steps = new byte[controlRaw];
        DeltaHead.unpack(payload, at, controlPacked, steps);
        control = new Varints(steps, 0, steps.length);
        added = model != null
                ? new Modelled(model, payload, at + controlPacked, addedPacked, addedRaw)
                : new Listed(part(payload, at + controlPacked, addedPacked, addedRaw));
        extra = part(payload, at + controlPacked + addedPacked, extraPacked, extraRaw);
    }

    /** Bytes of windows, which are begins and ends, together. */
    static int windowBytes(long[] windows) {
        long sum = 0;
        for (int i = 0; i < windows.length; i += 2) {
            sum += windows[i + 1] - windows[i];
        }
        return (int) sum;
    }

    private static PlainResidual part(byte[] payload, int from, int packed, int raw) throws IOException {
        ByteArrayInputStream source = new ByteArrayInputStream(payload, from, packed);
        return new PlainResidual(raw == 0 ? source : new LZMA2InputStream(source, DeltaHead.dictionary(raw)), source);
    }

    @Override
    public void fill(byte[] target, int offset, int length) throws IOException {
        int position = offset;
        int left = length;
        while (left > 0) {
            if (adding == 0 && inserting == 0) {
                step();
            }
            int count;
            if (adding > 0) {
                count = add(target, position, Math.min(left, adding));
                adding -= count;
            } else {
                count = Math.min(left, inserting);
                extra.fill(target, position, count);
                inserting -= count;
            }
            position += count;
            left -= count;
        }
    }

    private void step() {
        reference += jump;
        adding = control.nextInt(MOST_AT_ONCE);
        inserting = control.nextInt(MOST_AT_ONCE);
        jump = control.nextSigned(MOST_AT_ONCE);
    }

    private int add(byte[] target, int offset, int most) throws IOException {
        long at = reference;
        if (at < 0 || at >= windowBytes) {
            throw new ProtocolException(
                    "delta: expected differences to the " + windowBytes + " bytes of the windows, found one at " + at);
        }
        int window = 0;
        while (at >= windows[window + 1] - windows[window]) {
            at -= windows[window + 1] - windows[window];
            window += 2;
        }
        long room = windows[window + 1] - windows[window] - at;
        int count = (int) Math.min(Math.min(most, READ_BYTES), room);
        added.add(windows[window] + at, target, offset, count);
        reference += count;
        return count;
    }

    @Override
    public void end() {
        if (adding > 0 || inserting > 0 || !control.atEnd()) {
            throw new ProtocolException("delta: a payload goes on after its end");
        }
        added.end();
        extra.end();
    }

    /** What to add to old bytes. */
    private abstract static sealed class Added implements AutoCloseable permits Listed, Modelled {
        abstract void add(long position, byte[] target, int offset, int count) throws IOException;

        abstract void end();

        @Override
        public void close() throws IOException {}
    }

    private final class Listed extends Added {
        private final PlainResidual differences;

        Listed(PlainResidual differences) {
            this.differences = differences;
        }

        @Override
        void add(long position, byte[] target, int offset, int count) throws IOException {
            base.read(position, old, 0, count);
            differences.fill(target, offset, count);
            for (int i = 0; i < count; i++) {
                target[offset + i] += old[i];
            }
        }

        @Override
        void end() {
            differences.end();
        }

        @Override
        public void close() throws IOException {
            differences.close();
        }
    }

    private final class Modelled extends Added {
        private final DifferenceModel model;
        private final BitReader bits;
        private int left;

        Modelled(DifferenceModel model, byte[] payload, int from, int packed, int raw) {
            this.model = model;
            bits = new BitReader(payload, from, from + packed);
            left = raw;
            model.reset();
        }

        @Override
        void add(long position, byte[] target, int offset, int count) throws IOException {
            if (count > left) {
                throw new ProtocolException("delta: a payload ends too early");
            }
            DifferenceModel.readAround(base, baseLength, position, old, count);
            for (int i = 0; i < count; i++) {
                if (model.beginsGroup()) {
                    model.group(bits, false);
                }
                int at = DifferenceModel.BEFORE_BYTES + i;
                target[offset + i] = (byte) (old[at] + model.next(bits, old, at, position + i, left--, 0));
            }
        }

        @Override
        void end() {
            if (left > 0 || !bits.atEnd()) {
                throw new ProtocolException("delta: a payload goes on after its end");
            }
        }
    }

    @Override
    public void close() throws IOException {
        added.close();
        extra.close();
    }
}
