package dev.muster.simulator.identity;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Identities on disk, its owner's only: one file for each {@value #PER_FILE} devices, to which they are added one by one, and one with
 * what they have in common. A record that a power cut tore is as good as not written. One process at a time; thread-safe.
 */
public final class FleetFiles implements AutoCloseable {
    static final int PER_FILE = 1_000;
    private static final String COMMON = "fleet.json";
    private static final int MOST_RECORD = 64 << 10;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER = permissions("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE = permissions("rw-------");

    private final Path folder;
    private final FileChannel locked;
    private final Map<Path, Long> ends = new HashMap<>();

    private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    /**
     * Opens a folder, made if need be.
     *
     * @throws IOException if it cannot be used, or somebody else uses it
     */
    public FleetFiles(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.toAbsolutePath().resolveSibling(""));
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, OWNER_FOLDER);
        }
        this.locked = open(folder.resolve("lock"));
        FileLock lock;
        try {
            lock = locked.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            locked.close();
            throw new IOException("another simulator uses `" + folder + "`; expected a folder of its own for each");
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), OWNER_FILE);
    }

    /** What the devices have in common; empty before the first. */
    public Optional<Fleet> fleet() throws IOException {
        Path file = folder.resolve(COMMON);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Fleet.fromJson(Files.readAllBytes(file)));
        } catch (ProtocolException | IllegalArgumentException e) {
            throw new IOException("expected what a simulator wrote in `" + file + "`, found: " + e.getMessage(), e);
        }
    }

    /** Keeps what they have in common. */
    public synchronized void save(Fleet fleet) throws IOException {
        Path partial = folder.resolve(COMMON + ".new");
        Files.deleteIfExists(partial);
        try (FileChannel channel = open(partial)) {
            writeAll(channel, ByteBuffer.wrap(fleet.toJson()));
            channel.force(true);
        }
        Files.move(
                partial, folder.resolve(COMMON), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Those of the first {@code devices} that were enrolled, by index. */
    public Map<Integer, Identity> read(int devices) throws IOException {
        Map<Integer, Identity> found = new TreeMap<>();
        for (int first = 0; first < devices; first += PER_FILE) {
            Path file = file(first);
            if (Files.exists(file)) {
                readFile(Files.readAllBytes(file), found);
            }
        }
        found.keySet().removeIf(index -> index >= devices);
        return found;
    }

    private static void readFile(byte[] bytes, Map<Integer, Identity> into) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        while (in.available() >= 8) {
            int length = in.readInt();
            int sum = in.readInt();
            if (length < 0 || length > Math.min(MOST_RECORD, in.available())) {
                return; // torn: its device enrols again
            }
            byte[] record = in.readNBytes(length);
            if (crc(record) != sum) {
                return;
            }
            DataInputStream parts = new DataInputStream(new ByteArrayInputStream(record));
            Identity identity =
                    new Identity(parts.readInt(), DeviceRef.parse(parts.readUTF()), bytes(parts), bytes(parts));
            into.put(identity.index(), identity);
        }
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readUnsignedShort());
    }

    /** Adds one, which is on disk when this returns (but for a power cut). */
    public synchronized void add(Identity identity) throws IOException {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        DataOutputStream parts = new DataOutputStream(record);
        parts.writeInt(identity.index());
        parts.writeUTF(identity.ref().key());
        for (byte[] bytes : new byte[][] {identity.key(), identity.certificate()}) {
            parts.writeShort(bytes.length);
            parts.write(bytes);
        }
        byte[] bytes = record.toByteArray();
        ByteBuffer whole = ByteBuffer.allocate(8 + bytes.length);
        whole.putInt(bytes.length).putInt(crc(bytes)).put(bytes).flip();
        Path file = file(identity.index());
        try (FileChannel channel = open(file)) {
            Long end = ends.get(file);
            channel.position(end == null ? sound(channel) : end);
            writeAll(channel, whole);
            channel.truncate(channel.position());
            ends.put(file, channel.position());
        }
    }

    // Behind the last whole record: what a cut tore is written over.
    private static long sound(FileChannel channel) throws IOException {
        long at = 0;
        ByteBuffer head = ByteBuffer.allocate(4);
        while (at + 8 <= channel.size()) {
            head.clear();
            if (channel.read(head, at) < 4) {
                return at;
            }
            long next = at + 8 + Integer.toUnsignedLong(head.getInt(0));
            if (next > channel.size()) {
                return at;
            }
            at = next;
        }
        return at;
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private Path file(int index) {
        return folder.resolve("devices-%05d.bin".formatted(index / PER_FILE));
    }

    @Override
    public void close() throws IOException {
        locked.close();
    }
}
