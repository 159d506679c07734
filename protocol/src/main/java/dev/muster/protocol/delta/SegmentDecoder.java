package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2InputStream;

/**
 * Makes segments out of their payloads and the base, one at a time, in memory that the sizes of one segment bound: its bytes, its
 * payload, and at most its residual once more (with a dictionary, {@link DeltaFormat#MAX_DICTIONARY_BYTES} twice beside; a
 * megabyte and a half for the model of differences; beside the heap, {@link DeltaFormat#MAX_UNPACKED_BASE_BYTES} where zips are unpacked). Whether
 * the bytes are right is for {@link SegmentManifest#matches} to say. Not thread-safe.
 */
public final class SegmentDecoder {
    private final DeltaHead head;
    private final BaseBytes base;
    private @Nullable DifferenceModel model;
    private @Nullable ByteBuffer unpackedBase;

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
            case NONE, STORED ->
                new PlainResidual(new ByteArrayInputStream(payload), new ByteArrayInputStream(payload, 0, 0));
            case LZMA -> {
                ByteArrayInputStream source = new ByteArrayInputStream(payload);
                yield new PlainResidual(new LZMA2InputStream(source, DeltaHead.dictionary(recipe.residual())), source);
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
                yield new PlainResidual(new LZMA2InputStream(source, size, dictionary), source);
            }
            case DIFFERENCE -> differences(recipe, payload, null);
            case MODELLED -> differences(recipe, payload, model());
            case UNPACKED -> unpacked(recipe, payload);
        };
    }

    private Residual differences(Recipe recipe, byte[] payload, @Nullable DifferenceModel expected) throws IOException {
        return new DifferenceResidual(base, head.baseLength(), recipe.windows(), recipe.residual(), payload, expected);
    }

    private Residual unpacked(Recipe recipe, byte[] payload) throws IOException {
        Unpacking unpacking = Objects.requireNonNull(recipe.unpacking());
        ByteBuffer room = unpackedBase;
        if (room == null) {
            // Beside the heap, which is small; no segment of this file needs more.
            room = ByteBuffer.allocateDirect(head.unpackedBytes());
            unpackedBase = room;
        }
        unpacking.unpack(base, room);
        ByteBuffer parts = room;
        int length = unpacking.baseBytes();
        Residual view = new DifferenceResidual(
                (position, target, offset, count) -> parts.get((int) position, target, offset, count),
                length,
                new long[] {0, length},
                unpacking.viewBytes(),
                payload,
                model());
        return new DeflatedResidual(unpacking, view);
    }
}
