package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.DeltaFormat.Codec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2InputStream;

/**
 * Makes segments out of their payloads and the base, one at a time, in memory that the sizes of one segment bound: its bytes, its
 * payload, and at most its residual once more (with a dictionary, {@link DeltaFormat#MAX_DICTIONARY_BYTES} twice beside; a
 * megabyte for the model of differences). Whether
 * the bytes are right is for {@link SegmentManifest#matches} to say. Not thread-safe.
 */
public final class SegmentDecoder {
    private static final int READ_BYTES = 16 << 10;

    private final DeltaHead head;
    private final BaseBytes base;
    private @Nullable DifferenceModel model;

    /** A decoder of one file. */
    public SegmentDecoder(DeltaHead head, BaseBytes base) {
        this.head = head;
        this.base = base;
    }

    /**
     * Makes a segment.
     *
     * @param target at least as long as the segment
     * @return how many bytes it has
     * @throws ProtocolException if the payload is not one that this recipe can have
     * @throws IOException if the base cannot be read
     */
    public int decode(int segment, byte[] payload, byte[] target) throws IOException {
        Recipe recipe = head.recipe(segment);
        if (payload.length != recipe.payloadLength()) {
            throw new ProtocolException(
                    "delta: expected a payload of " + recipe.payloadLength() + " bytes, found " + payload.length);
        }
        try (Residual residual = residual(recipe, payload)) {
            int position = 0;
            for (int i = 0; i < recipe.lengths().length; i++) {
                int length = recipe.lengths()[i];
                long source = recipe.sources()[i];
                if (source < 0) {
                    residual.fill(target, position, length);
                } else {
                    base.read(source, target, position, length);
                }
                position += length;
            }
            residual.end();
            return position;
        }
    }

    private DifferenceModel model() {
        DifferenceModel known = model;
        if (known == null) {
            known = new DifferenceModel();
            model = known;
        }
        return known;
    }

    private Residual residual(Recipe recipe, byte[] payload) throws IOException {
        return switch (recipe.codec()) {
            case NONE, STORED -> new Plain(new ByteArrayInputStream(payload), new ByteArrayInputStream(payload, 0, 0));
            case LZMA -> {
                ByteArrayInputStream source = new ByteArrayInputStream(payload);
                yield new Plain(new LZMA2InputStream(source, DeltaHead.dictionary(recipe.residual())), source);
            }
            case DICTIONARY -> {
                byte[] dictionary = new byte[recipe.windowBytes()];
                int at = 0;
                for (int i = 0; i < recipe.windows().length; i += 2) {
                    int length = (int) (recipe.windows()[i + 1] - recipe.windows()[i]);
                    base.read(recipe.windows()[i], dictionary, at, length);
                    at += length;
                }
                ByteArrayInputStream source = new ByteArrayInputStream(payload);
                int size = DeltaHead.dictionary(recipe.residual() + dictionary.length);
                yield new Plain(new LZMA2InputStream(source, size, dictionary), source);
            }
            case DIFFERENCE, MODELLED -> new Differences(recipe, payload);
        };
    }

    /** The bytes that no copy covers, in order. */
    private interface Residual extends AutoCloseable {
        void fill(byte[] target, int offset, int length) throws IOException;

        /** Fails unless all was read: bytes that nobody looks at are bytes that somebody smuggled in. */
        void end() throws IOException;

        @Override
        void close() throws IOException;
    }

    private static final class Plain implements Residual {
        private final InputStream in;
        private final ByteArrayInputStream packed;

        /**
         * A residual.
         *
         * @param packed must be empty in the end
         */
        Plain(InputStream in, ByteArrayInputStream packed) {
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

    /** After C. Percival, "Naive differences of executable code" (2003): bytes to add to old ones, and new ones between. */
    private final class Differences implements Residual {
        private final long[] windows;
        private final int windowBytes;
        private final Varints control;
        private final Added added;
        private final Plain extra;
        private final byte[] old = new byte[DifferenceModel.BEFORE_BYTES + READ_BYTES + DifferenceModel.AFTER_BYTES];
        private long reference;
        private int adding;
        private int inserting;
        private long jump;

        Differences(Recipe recipe, byte[] payload) throws IOException {
            windows = recipe.windows();
            windowBytes = recipe.windowBytes();
            Varints sizes = new Varints(payload, 0, payload.length);
            int controlRaw = sizes.nextInt(DeltaFormat.MAX_RECIPE_BYTES);
            // Three numbers a step, each step makes a byte at least.
            if (controlRaw > 15L * recipe.residual() + 15) {
                throw new ProtocolException("delta: expected fewer steps than bytes, found " + controlRaw);
            }
            int controlPacked = sizes.nextInt(payload.length);
            int addedRaw = sizes.nextInt(recipe.residual());
            int addedPacked = sizes.nextInt(payload.length);
            int extraRaw = recipe.residual() - addedRaw;
            int at = sizes.position();
            int extraPacked = payload.length - at - controlPacked - addedPacked;
            if (extraPacked < 0) {
                throw new ProtocolException("delta: the parts of a payload are longer than the payload");
            }
            byte[] steps = new byte[controlRaw];
            DeltaHead.unpack(payload, at, controlPacked, steps);
            control = new Varints(steps, 0, steps.length);
            added = recipe.codec() == Codec.MODELLED
                    ? new Modelled(payload, at + controlPacked, addedPacked, addedRaw)
                    : new Listed(part(payload, at + controlPacked, addedPacked, addedRaw));
            extra = part(payload, at + controlPacked + addedPacked, extraPacked, extraRaw);
        }

        private static Plain part(byte[] payload, int from, int packed, int raw) throws IOException {
            ByteArrayInputStream source = new ByteArrayInputStream(payload, from, packed);
            return new Plain(raw == 0 ? source : new LZMA2InputStream(source, DeltaHead.dictionary(raw)), source);
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
            adding = control.nextInt(1 << DeltaFormat.MAX_SEGMENT_LOG);
            inserting = control.nextInt(1 << DeltaFormat.MAX_SEGMENT_LOG);
            jump = control.nextSigned(DeltaFormat.MAX_WINDOW_BYTES);
        }

        private int add(byte[] target, int offset, int most) throws IOException {
            long at = reference;
            if (at < 0 || at >= windowBytes) {
                throw new ProtocolException("delta: expected differences to the " + windowBytes
                        + " bytes of the windows, found one at " + at);
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
            private final Plain differences;

            Listed(Plain differences) {
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
            private final BitReader bits;
            private int left;

            Modelled(byte[] payload, int from, int packed, int raw) {
                bits = new BitReader(payload, from, from + packed);
                left = raw;
                model().reset();
            }

            @Override
            void add(long position, byte[] target, int offset, int count) throws IOException {
                if (count > left) {
                    throw new ProtocolException("delta: a payload ends too early");
                }
                left -= count;
                DifferenceModel.readAround(base, head.baseLength(), position, old, count);
                DifferenceModel differences = model();
                for (int i = 0; i < count; i++) {
                    if (differences.beginsGroup()) {
                        differences.group(bits, false);
                    }
                    int at = DifferenceModel.BEFORE_BYTES + i;
                    target[offset + i] = (byte) (old[at] + differences.next(bits, old, at, position + i, 0));
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
}
