package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.control.packages.ZipLayout.Entry;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The unpacked bytes of an entry, held to the size and the CRC that its header names. For one reader. */
final class EntryStream extends FilterInputStream {
    private final Entry entry;
    private final @Nullable Inflater inflater;
    private final CRC32 crc = new CRC32();
    private long count;
    private boolean ended;

    EntryStream(Entry entry, InputStream packed) {
        this(entry, packed, entry.stored() ? null : new Inflater(true));
    }

    private EntryStream(Entry entry, InputStream packed, @Nullable Inflater inflater) {
        super(inflater == null ? packed : new InflaterInputStream(packed, inflater, 1 << 14));
        this.entry = entry;
        this.inflater = inflater;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read;
        try {
            read = super.read(into, offset, length);
        } catch (ZipException | EOFException e) {
            throw new PackageRefused(Code.CORRUPT_ENTRY, "entry `" + entry.name() + "` cannot be unpacked", e);
        }
        if (read < 0) {
            atEnd();
            return read;
        }
        count += read;
        if (count > entry.size()) {
            throw wrong("more than the " + entry.size() + " bytes it announces");
        }
        crc.update(into, offset, read);
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public long skip(long bytes) throws IOException {
        // Skipped bytes would be missing from the CRC.
        long skipped = 0;
        byte[] buffer = new byte[(int) Math.min(1 << 14, Math.max(1, bytes))];
        while (skipped < bytes) {
            int read = read(buffer, 0, (int) Math.min(buffer.length, bytes - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }

    @Override
    public void close() throws IOException {
        super.close();
        if (inflater != null) {
            inflater.end();
        }
    }

    private void atEnd() {
        if (ended) {
            return;
        }
        ended = true;
        if (count != entry.size()) {
            throw wrong(count + " instead of the " + entry.size() + " bytes it announces");
        }
        if (crc.getValue() != entry.crc()) {
            throw wrong("bytes with another CRC");
        }
        if (inflater != null && inflater.getBytesRead() != entry.packed()) {
            throw wrong("packed bytes after the end of its stream");
        }
    }

    private PackageRefused wrong(String found) {
        return new PackageRefused(Code.CORRUPT_ENTRY, "entry `" + entry.name() + "`: found " + found);
    }
}
