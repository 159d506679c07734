package dev.muster.agent.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The disk and what of it is durable. Its rules are POSIX's, which promise less than the usual file systems keep: the content of
 * a file is durable after a sync of the file, its name after a sync of the directory, each on its own. One thread.
 */
public final class HostileDisk {
    private static final int BLOCK = 4096;

    private final Path real;
    private final DiskFileSystem fileSystem;
    private Folder root = new Folder();
    private long calls;
    private long cutAt = Long.MAX_VALUE;
    private boolean off;
    private Faults faults = call -> Optional.empty();
    private Optional<Long> room = Optional.empty();

    /** The power is gone; nothing that the program does counts any more. */
    public static final class PowerCut extends RuntimeException {
        PowerCut() {
            super("the power is gone");
        }
    }

    /** What is left after the power went. */
    public enum Loss {
        /** Everything that was not synced is gone. */
        ALL,
        /** Nothing is: the program was killed, the machine lives on. */
        NONE,
        /** Of each file and directory what was synced, or what was there, or something between. */
        SOME
    }

    /** One call of the program. */
    public record Call(Kind kind, Path path) {
        /** What it does. */
        public enum Kind {
            READ,
            WRITE,
            SYNC,
            CREATE,
            RENAME,
            DELETE
        }
    }

    /** Says which calls fail, and how. */
    public interface Faults {
        /** The failure, such as {@code No space left on device}; empty where the call goes well. */
        Optional<String> of(Call call);
    }

    sealed interface Node {}

    static final class Folder implements Node {
        final Map<String, Node> now = new TreeMap<>();
        Map<String, Node> durable = Map.of();
    }

    static final class Content implements Node {
        byte[] durable = new byte[0];
    }

    record Link(Path target) implements Node {}

    /** One whose files are below {@code real}, an empty directory. */
    public HostileDisk(Path real) throws IOException {
        this.real = real.toRealPath();
        this.fileSystem = new DiskFileSystem(new DiskProvider(this));
    }

    /** Its top directory, as the program sees it. */
    public Path root() {
        return fileSystem.wrap(real);
    }

    /** How many calls changed something so far. */
    public long calls() {
        return calls;
    }

    /** The power goes in place of the call number {@code call}, counted from now on, from 1. */
    public void cutAt(long call) {
        calls = 0;
        cutAt = call;
    }

    /** From now on calls fail as {@code next} says. */
    public void fail(Faults next) {
        faults = next;
    }

    /** From now on the disk says that so many bytes are left. */
    public void room(long bytes) {
        room = Optional.of(bytes);
    }

    Optional<Long> room() {
        return room;
    }

    /** Brings the power back, with what {@code loss} left on the disk. */
    public void powerOn(Loss loss, Random random) throws IOException {
        Folder left = new Folder();
        rebuild(root, real, left, loss, random, new HashMap<>());
        root = left;
        off = false;
        cutAt = Long.MAX_VALUE;
    }

    DiskFileSystem fileSystem() {
        return fileSystem;
    }

    /** Asked before every call that changes something. */
    void change(Call.Kind kind, Path path) throws IOException {
        if (off) {
            throw new PowerCut();
        }
        if (++calls >= cutAt) {
            off = true;
            throw new PowerCut();
        }
        look(kind, path);
    }

    /** Asked before every other call. */
    void look(Call.Kind kind, Path path) throws IOException {
        if (off) {
            throw new PowerCut();
        }
        Optional<String> fault = faults.of(new Call(kind, path));
        if (fault.isPresent()) {
            throw new IOException(fault.get());
        }
    }

    void created(Path path, Node node) {
        folder(parent(path)).now.putIfAbsent(name(path), node);
    }

    void deleted(Path path) {
        folder(parent(path)).now.remove(name(path));
    }

    void renamed(Path from, Path to) {
        Node node = folder(parent(from)).now.remove(name(from));
        if (node == null) {
            throw new IllegalStateException("`" + from + "` was made behind the disk's back");
        }
        folder(parent(to)).now.put(name(to), node);
    }

    void synced(Path path) throws IOException {
        Node node = node(path);
        switch (node) {
            case Folder folder -> folder.durable = Map.copyOf(folder.now);
            case Content content -> content.durable = Files.readAllBytes(path);
            case Link link -> throw new IllegalStateException("`" + path + "` is a link");
        }
    }

    private Node node(Path path) {
        return path.equals(real) ? root : require(folder(parent(path)).now.get(name(path)), path);
    }

    private Folder folder(Path path) {
        if (node(path) instanceof Folder folder) {
            return folder;
        }
        throw new IllegalStateException("`" + path + "` is no directory");
    }

    private static Node require(@Nullable Node node, Path path) {
        if (node == null) {
            throw new IllegalStateException("`" + path + "` was made behind the disk's back");
        }
        return node;
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException("`" + path + "` is outside of the disk");
        }
        return parent;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    // What is there now is read first: entries move between directories.
    private void rebuild(Folder from, Path place, Folder into, Loss loss, Random random, Map<Content, byte[]> contents)
            throws IOException {
        readAll(from, place, contents);
        try (Stream<Path> all = Files.walk(place)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(place)) {
                    Files.delete(path);
                }
            }
        }
        write(from, place, into, loss, random, contents);
    }

    private static void readAll(Folder folder, Path place, Map<Content, byte[]> contents) throws IOException {
        for (Map.Entry<String, Node> entry : folder.now.entrySet()) {
            Path path = place.resolve(entry.getKey());
            switch (entry.getValue()) {
                case Folder inner -> readAll(inner, path, contents);
                case Content content -> contents.put(content, Files.readAllBytes(path));
                case Link link -> {}
            }
        }
    }

    private static void write(
            Folder from, Path place, Folder into, Loss loss, Random random, Map<Content, byte[]> contents)
            throws IOException {
        for (Map.Entry<String, Node> entry : entries(from, loss, random).entrySet()) {
            Path path = place.resolve(entry.getKey());
            Node left =
                    switch (entry.getValue()) {
                        case Folder inner -> {
                            Files.createDirectory(
                                    path,
                                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                            Folder kept = new Folder();
                            write(inner, path, kept, loss, random, contents);
                            yield kept;
                        }
                        case Content content -> {
                            Content kept = new Content();
                            kept.durable =
                                    bytes(content, contents.getOrDefault(content, content.durable), loss, random);
                            Files.write(path, kept.durable);
                            yield kept;
                        }
                        case Link link -> {
                            Files.createSymbolicLink(path, link.target());
                            yield link;
                        }
                    };
            into.now.put(entry.getKey(), left);
        }
        into.durable = Map.copyOf(into.now);
    }

    private static Map<String, Node> entries(Folder folder, Loss loss, Random random) {
        return switch (loss) {
            case ALL -> folder.durable;
            case NONE -> Map.copyOf(folder.now);
            case SOME -> random.nextBoolean() ? folder.durable : Map.copyOf(folder.now);
        };
    }

    private static byte[] bytes(Content content, byte[] now, Loss loss, Random random) {
        return switch (loss) {
            case ALL -> content.durable;
            case NONE -> now;
            case SOME ->
                switch (random.nextInt(3)) {
                    case 0 -> content.durable;
                    case 1 -> now;
                    default -> torn(content.durable, now, random);
                };
        };
    }

    // Blocks reach the disk in any order; the length is one of both.
    private static byte[] torn(byte[] durable, byte[] now, Random random) {
        byte[] result = new byte[random.nextBoolean() ? durable.length : now.length];
        for (int block = 0; block < result.length; block += BLOCK) {
            byte[] source = random.nextBoolean() ? durable : now;
            int count = Math.min(BLOCK, result.length - block);
            if (block < source.length) {
                System.arraycopy(source, block, result, block, Math.min(count, source.length - block));
            }
        }
        return result;
    }

    static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }
}
