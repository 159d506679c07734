package dev.muster.standalone.images;

import dev.muster.standalone.dist.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the loader reads of a program or library: ELF, 64 bits, little-endian (System V ABI, chapters 4 and 5).
 *
 * @param interpreter the loader itself, of programs
 * @param needed names of the libraries that have to be there
 */
record Elf(Architecture architecture, Optional<String> interpreter, List<String> needed) {
    private static final int MAGIC = 0x464c457f;
    private static final int BITS_64_LITTLE = 0x0102;
    private static final int X86_64 = 62;
    private static final int AARCH64 = 183;
    private static final int RISCV = 243;
    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int INTERPRETER = 3;
    private static final long NEEDED = 1;
    private static final long STRINGS = 5;

    private record Segment(int type, long offset, long address, long bytes) {}

    Elf {
        needed = List.copyOf(needed);
    }

    /** Empty if {@code bytes} are no such file, or one for a processor that we do not package for. */
    static Optional<Elf> read(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES || file.getInt(0) != MAGIC || file.getShort(4) != BITS_64_LITTLE) {
            return Optional.empty();
        }
        Optional<Architecture> machine =
                switch (file.getShort(18)) {
                    case X86_64 -> Optional.of(Architecture.X86_64);
                    case AARCH64 -> Optional.of(Architecture.AARCH64);
                    case RISCV -> Optional.of(Architecture.RISCV64);
                    default -> Optional.empty();
                };
        try {
            return machine.map(architecture -> read(file, architecture));
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            return Optional.empty(); // ends within itself: the loader would refuse it as well
        }
    }

    private static Elf read(ByteBuffer file, Architecture architecture) {
        List<Segment> segments = new ArrayList<>();
        int at = Math.toIntExact(file.getLong(32));
        for (int i = 0; i < file.getShort(56); i++, at += PROGRAM_HEADER_BYTES) {
            segments.add(
                    new Segment(file.getInt(at), file.getLong(at + 8), file.getLong(at + 16), file.getLong(at + 32)));
        }
        Optional<String> interpreter = segments.stream()
                .filter(segment -> segment.type() == INTERPRETER)
                .findFirst()
                .map(segment -> text(file, segment.offset()));
        List<Long> names = new ArrayList<>();
        long strings = 0;
        for (Segment dynamic :
                segments.stream().filter(one -> one.type() == DYNAMIC).toList()) {
            for (long entry = dynamic.offset(); entry < dynamic.offset() + dynamic.bytes(); entry += 16) {
                long tag = file.getLong((int) entry);
                if (tag == NEEDED) {
                    names.add(file.getLong((int) entry + 8));
                } else if (tag == STRINGS) {
                    strings = offset(segments, file.getLong((int) entry + 8));
                }
            }
        }
        long table = strings;
        return new Elf(
                architecture,
                interpreter,
                names.stream().map(name -> text(file, table + name)).toList());
    }

    private static long offset(List<Segment> segments, long address) {
        return segments.stream()
                .filter(one -> one.type() == LOAD && address >= one.address() && address < one.address() + one.bytes())
                .findFirst()
                .map(one -> address - one.address() + one.offset())
                .orElseThrow(() -> new IndexOutOfBoundsException("no segment has " + address));
    }

    private static String text(ByteBuffer file, long from) {
        int end = Math.toIntExact(from);
        while (file.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - (int) from];
        file.get((int) from, text);
        return new String(text, StandardCharsets.US_ASCII);
    }
}
