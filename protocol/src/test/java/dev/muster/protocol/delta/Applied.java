package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.make.DeltaMaker;
import dev.muster.protocol.delta.make.ImageBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Makes files and applies them as a device does. */
final class Applied {
    private static final DeltaMaker.Watcher NOBODY = new DeltaMaker.Watcher() {};

    private Applied() {}

    /** A file and the manifest that goes with it. */
    static final class Made {
        private final byte[] file;
        private final SegmentManifest manifest;

        Made(byte[] file, SegmentManifest manifest) {
            this.file = file;
            this.manifest = manifest;
        }

        byte[] file() {
            return file;
        }

        SegmentManifest manifest() {
            return manifest;
        }
    }

    static Made delta(Path directory, byte[] old, byte[] fresh, int segmentLog) throws IOException {
        Path file = directory.resolve("delta");
        SegmentManifest manifest = new DeltaMaker(segmentLog, 2)
                .delta(ImageBytes.of(old), ImageBytes.of(fresh), file, NOBODY)
                .manifest();
        return new Made(Files.readAllBytes(file), manifest);
    }

    static Made whole(Path directory, byte[] fresh, int segmentLog) throws IOException {
        Path file = directory.resolve("whole");
        SegmentManifest manifest = new DeltaMaker(segmentLog, 2)
                .whole(ImageBytes.of(fresh), file, NOBODY)
                .manifest();
        return new Made(Files.readAllBytes(file), manifest);
    }

    static DeltaHead head(byte[] file) {
        if (file.length < DeltaHead.PREFIX_BYTES) {
            throw new ProtocolException("the file is too short");
        }
        int length = DeltaHead.length(file);
        if (length > file.length) {
            throw new ProtocolException("the file is too short");
        }
        return DeltaHead.parse(Arrays.copyOf(file, length));
    }

    /** Applies a file; any doubt is a {@link ProtocolException}. */
    static byte[] apply(byte[] file, byte[] old, SegmentManifest manifest) throws IOException {
        DeltaHead head = head(file);
        if (head.fileLength() != file.length
                || head.outputLength() != manifest.outputLength()
                || head.baseLength() > old.length) {
            throw new ProtocolException("the file is not the one that was promised");
        }
        SegmentDecoder decoder = new SegmentDecoder(head, ImageBytes.of(old));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] target = new byte[1 << head.segmentLog()];
        for (int segment = 0; segment < head.segments(); segment++) {
            int at = (int) head.payloadAt(segment);
            byte[] payload = Arrays.copyOfRange(file, at, at + head.payloadLength(segment));
            if (!head.isPayload(segment, payload)) {
                throw new ProtocolException("the payload is not the one that was made");
            }
            int length = decoder.decode(segment, payload, target);
            if (!manifest.matches(segment, target, length)) {
                throw new ProtocolException("segment " + segment + " is not what the manifest says");
            }
            out.write(target, 0, length);
        }
        return out.toByteArray();
    }
}
