package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The layout of a ZIP file, read strictly: every tool that opens it must see the same entries. The JDK and the usual
 * libraries are lenient on purpose (entries may overlap, local headers may say something else than the directory), and a
 * package that two readers understand differently passes one's checks to harm the other. So: one end record, the directory
 * right before it, local headers that agree with it, no overlap, no bytes before the first entry, names that are unique and
 * stay inside, no encryption, one disk, no ZIP64, and bounds on count, sizes and ratio. Valid while the file is open.
 */
public final class ZipLayout {
    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT_BYTES = 65_535;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int END_MARK = 0x06054b50;
    private static final int CENTRAL_MARK = 0x02014b50;
    private static final int LOCAL_MARK = 0x04034b50;
    private static final int DESCRIPTOR_MARK = 0x08074b50;
    private static final int MAX_ENTRIES = 20_000;
    private static final int MAX_DIRECTORY_BYTES = 32 << 20;
    private static final int FLAG_ENCRYPTED = 1 | 1 << 6 | 1 << 13;
    private static final int FLAG_DESCRIPTOR = 1 << 3;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    /** Deflate cannot do better than about 1030 : 1; real packages stay below 100 : 1. */
    private static final long MAX_RATIO = 200;

    /** Below this a high ratio harms nobody: an empty resource table packs very well. */
    private static final long RATIO_MATTERS_FROM_BYTES = 64L << 20;

    private final FileSlice file;
    private final long directoryStart;
    private final long endStart;
    private final List<Entry> entries;

    private ZipLayout(FileSlice file, long directoryStart, long endStart, List<Entry> entries) {
        this.file = file;
        this.directoryStart = directoryStart;
        this.endStart = endStart;
        this.entries = List.copyOf(entries);
    }

    /**
     * One entry.
     *
     * @param start of its local header
     * @param dataStart of its bytes
     * @param end one past its bytes and, where there is one, its data descriptor
     * @param packed bytes in the file
     * @param size bytes after unpacking
     * @param crc CRC-32 of those
     */
    public record Entry(
            String name, boolean stored, long start, long dataStart, long end, long packed, long size, long crc) {
        /** Whether it stands for a directory. */
        public boolean isDirectory() {
            return name.endsWith("/");
        }
    }

    /** Reads and checks the layout; {@link PackageRefused} otherwise. Contents are not looked at. */
    public static ZipLayout read(FileSlice file, long maxUnpacked) throws IOException {
        long endStart = findEnd(file);
        ByteBuffer end = file.bytes(endStart, END_BYTES);
        int onThisDisk = unsigned(end.getShort(8));
        int count = unsigned(end.getShort(10));
        long size = unsigned(end.getInt(12));
        long start = unsigned(end.getInt(16));
        if (end.getShort(4) != 0 || end.getShort(6) != 0 || onThisDisk != count) {
            throw new PackageRefused(Code.UNSUPPORTED_ZIP, "expected a ZIP file in one part, found one of several");
        }
        if (count == 0xffff || size == 0xffffffffL || start == 0xffffffffL) {
            throw new PackageRefused(Code.UNSUPPORTED_ZIP, "expected a ZIP file below 4 GiB, found ZIP64");
        }
        if (start + size != endStart) {
            throw new PackageRefused(
                    Code.OVERLAPPING,
                    "expected the central directory to end where the end record begins, at " + endStart
                            + ", found its end at " + (start + size));
        }
        if (count > MAX_ENTRIES || size > MAX_DIRECTORY_BYTES) {
            throw new PackageRefused(
                    Code.TOO_LARGE,
                    "expected at most " + MAX_ENTRIES + " entries, found " + count + " in " + size + " bytes");
        }
        List<Entry> entries = directory(file, file.bytes(start, (int) size), count, start);
        checkNames(entries);
        checkOrder(entries, start);
        checkSizes(entries, file.length(), maxUnpacked);
        return new ZipLayout(file, start, endStart, entries);
    }

    /** In the order of the central directory. */
    public List<Entry> entries() {
        return entries;
    }

    public Optional<Entry> find(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /** One past the last entry's bytes; what lies between here and the directory belongs to no entry. */
    public long dataEnd() {
        return entries.stream().mapToLong(Entry::end).max().orElse(0);
    }

    /** Where the central directory begins. */
    public long directoryStart() {
        return directoryStart;
    }

    /** Where the end record begins. */
    public long endStart() {
        return endStart;
    }

    /** The file this is the layout of. */
    public FileSlice file() {
        return file;
    }

    /** The bytes of a stored entry, in place. */
    public FileSlice stored(Entry entry) {
        return file.slice(entry.dataStart(), entry.packed());
    }

    /** The unpacked bytes; reading ends with {@link PackageRefused} where they are not what the directory says. */
    public InputStream open(Entry entry) {
        return new EntryStream(entry, file.slice(entry.dataStart(), entry.packed()).stream());
    }

    /** All unpacked bytes of a small entry. */
    public byte[] bytes(Entry entry, int max) throws IOException {
        if (entry.size() > max) {
            throw new PackageRefused(
                    Code.TOO_LARGE,
                    "expected `" + entry.name() + "` of at most " + max + " bytes, found " + entry.size());
        }
        try (InputStream in = open(entry)) {
            return in.readAllBytes();
        }
    }

    /** Unpacks every entry and forgets it, so that none is other than its header says. */
    public void checkContents() throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (Entry entry : entries) {
            try (InputStream in = open(entry)) {
                while (in.read(buffer) >= 0) {
                    // Its checks are all that is wanted.
                }
            }
        }
    }

    /** The end record is the one whose comment reaches exactly to the end; two such readings are one too many. */
    private static long findEnd(FileSlice file) throws IOException {
        int tail = (int) Math.min(file.length(), END_BYTES + MAX_COMMENT_BYTES);
        ByteBuffer bytes = file.bytes(file.length() - tail, tail);
        long found = -1;
        for (int i = tail - END_BYTES; i >= 0; i--) {
            if (bytes.getInt(i) == END_MARK && i + END_BYTES + unsigned(bytes.getShort(i + 20)) == tail) {
                if (found >= 0) {
                    throw new PackageRefused(Code.NOT_A_ZIP, "expected one end record, found several");
                }
                found = file.length() - tail + i;
            }
        }
        if (found < 0) {
            throw new PackageRefused(Code.NOT_A_ZIP, "expected a ZIP file, found no end record at its end");
        }
        return found;
    }

    private static List<Entry> directory(FileSlice file, ByteBuffer bytes, int count, long start) throws IOException {
        List<Entry> entries = new ArrayList<>(count);
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (bytes.limit() - at < CENTRAL_BYTES || bytes.getInt(at) != CENTRAL_MARK) {
                throw new PackageRefused(
                        Code.TRUNCATED, "expected " + count + " entries in the central directory, found " + i);
            }
            int name = unsigned(bytes.getShort(at + 28));
            int extra = unsigned(bytes.getShort(at + 30));
            int comment = unsigned(bytes.getShort(at + 32));
            int next = at + CENTRAL_BYTES + name + extra + comment;
            if (next > bytes.limit()) {
                throw new PackageRefused(Code.TRUNCATED, "entry " + i + " reaches beyond the central directory");
            }
            entries.add(entry(file, bytes.slice(at, next - at).order(bytes.order()), name, start));
            at = next;
        }
        if (at != bytes.limit()) {
            throw new PackageRefused(
                    Code.OVERLAPPING, "expected nothing after the last entry of the central directory, found bytes");
        }
        return entries;
    }

    private static Entry entry(FileSlice file, ByteBuffer central, int nameLength, long directoryStart)
            throws IOException {
        String name = EntryName.decode(central, CENTRAL_BYTES, nameLength);
        int flags = unsigned(central.getShort(8));
        int method = unsigned(central.getShort(10));
        long crc = unsigned(central.getInt(16));
        long packed = unsigned(central.getInt(20));
        long size = unsigned(central.getInt(24));
        long start = unsigned(central.getInt(42));
        if ((flags & FLAG_ENCRYPTED) != 0) {
            throw new PackageRefused(Code.UNSUPPORTED_ZIP, "entry `" + name + "` is encrypted");
        }
        if ((method != STORED && method != DEFLATED) || (method == STORED && packed != size)) {
            throw new PackageRefused(
                    Code.UNSUPPORTED_ZIP,
                    "entry `" + name + "`: expected stored or deflated bytes, found method " + method);
        }
        if (start > directoryStart - LOCAL_BYTES) {
            throw new PackageRefused(Code.TRUNCATED, "entry `" + name + "` begins beyond the entries, at " + start);
        }
        ByteBuffer local = file.bytes(start, LOCAL_BYTES);
        int localName = unsigned(local.getShort(26));
        long dataStart = start + LOCAL_BYTES + localName + unsigned(local.getShort(28));
        if (local.getInt(0) != LOCAL_MARK
                || localName != nameLength
                || unsigned(local.getShort(6)) != flags
                || unsigned(local.getShort(8)) != method
                || !file.bytes(start + LOCAL_BYTES, localName).equals(central.slice(CENTRAL_BYTES, nameLength))) {
            throw differ(name);
        }
        boolean described = (flags & FLAG_DESCRIPTOR) != 0;
        long end = dataStart + packed;
        if (end > directoryStart) {
            throw new PackageRefused(Code.OVERLAPPING, "entry `" + name + "` reaches into the central directory");
        }
        boolean same = unsigned(local.getInt(14)) == crc
                && unsigned(local.getInt(18)) == packed
                && unsigned(local.getInt(22)) == size;
        boolean empty = local.getInt(14) == 0 && local.getInt(18) == 0 && local.getInt(22) == 0;
        if (!same && !(described && empty)) {
            throw differ(name);
        }
        if (described) {
            end = afterDescriptor(file, name, end, new long[] {crc, packed, size});
        }
        return new Entry(name, method == STORED, start, dataStart, end, packed, size, crc);
    }

    /** The descriptor's own mark is optional (APPNOTE 4.3.9.3), so a CRC that looks like it is tried both ways. */
    private static long afterDescriptor(FileSlice file, String name, long at, long[] expected) throws IOException {
        for (int mark : new int[] {4, 0}) {
            if (at + mark + 12 > file.length()) {
                continue;
            }
            ByteBuffer descriptor = file.bytes(at, mark + 12);
            if ((mark == 0 || descriptor.getInt(0) == DESCRIPTOR_MARK)
                    && unsigned(descriptor.getInt(mark)) == expected[0]
                    && unsigned(descriptor.getInt(mark + 4)) == expected[1]
                    && unsigned(descriptor.getInt(mark + 8)) == expected[2]) {
                return at + mark + 12;
            }
        }
        throw differ(name);
    }

    private static void checkNames(List<Entry> entries) {
        Set<String> files = new HashSet<>();
        Set<String> directories = new HashSet<>();
        for (Entry entry : entries) {
            EntryName.check(entry.name());
            // Devices differ in case sensitivity of their stores, so names that differ only in case count as equal.
            String name = entry.name().toLowerCase(Locale.ROOT);
            boolean added =
                    entry.isDirectory() ? directories.add(name.substring(0, name.length() - 1)) : files.add(name);
            if (!added) {
                throw new PackageRefused(Code.DUPLICATE_ENTRY, "found `" + entry.name() + "` more than once");
            }
        }
        for (Entry entry : entries) {
            String name = entry.name().toLowerCase(Locale.ROOT);
            for (int i = name.indexOf('/'); i >= 0; i = name.indexOf('/', i + 1)) {
                if (files.contains(name.substring(0, i))) {
                    throw new PackageRefused(
                            Code.DUPLICATE_ENTRY,
                            "found `" + entry.name().substring(0, i) + "` both as a file and as a directory");
                }
            }
        }
    }

    private static void checkOrder(List<Entry> entries, long directoryStart) {
        long end = 0;
        for (Entry entry :
                entries.stream().sorted(Comparator.comparingLong(Entry::start)).toList()) {
            if (entry.start() < end || entry.end() > directoryStart) {
                throw new PackageRefused(Code.OVERLAPPING, "entry `" + entry.name() + "` overlaps another part");
            }
            if (end == 0 && entry.start() != 0) {
                throw new PackageRefused(
                        Code.NOT_A_ZIP,
                        "expected the first entry at byte 0, found " + entry.start() + " bytes of something else");
            }
            end = entry.end();
        }
    }

    private static void checkSizes(List<Entry> entries, long fileBytes, long maxUnpacked) {
        long unpacked = 0;
        for (Entry entry : entries) {
            unpacked += entry.size();
            if (unpacked > maxUnpacked
                    || (unpacked > RATIO_MATTERS_FROM_BYTES && unpacked / Math.max(1, fileBytes) > MAX_RATIO)) {
                throw new PackageRefused(
                        Code.TOO_LARGE,
                        "expected at most " + maxUnpacked + " bytes and " + MAX_RATIO
                                + " times the packed size after unpacking, found " + unpacked + " bytes up to `"
                                + entry.name() + "`");
            }
        }
    }

    private static PackageRefused differ(String name) {
        return new PackageRefused(
                Code.HEADERS_DIFFER, "entry `" + name + "`: its own header says something else than the directory");
    }

    private static int unsigned(short value) {
        return Short.toUnsignedInt(value);
    }

    private static long unsigned(int value) {
        return Integer.toUnsignedLong(value);
    }
}
