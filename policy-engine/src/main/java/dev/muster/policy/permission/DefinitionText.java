package dev.muster.policy.permission;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Definitions as lines of text, one made a {@link PermissionDefinition} when it is asked for. An agent asks for a handful of a thousand. Lines that are blank or begin with {@code #} are
 * none.
 */
final class DefinitionText implements DefinitionTable {
    private static final int COLUMNS = 8;

    private final byte[] text;
    private final int[] starts;
    /** Positions plus one by the hash of their names, open addressing, 0 for none. */
    private final short[] places;

    // Filled as they are asked for, by any thread: whichever definition of a line is seen, it is equal to all others.
    private final @Nullable PermissionDefinition[] made;

    DefinitionText(byte[] text) {
        this.text = text;
        int[] found = new int[Short.MAX_VALUE];
        int count = 0;
        for (int at = 0; at < text.length; at = end(at) + 1) {
            if (text[at] != '#' && text[at] != '\n' && text[at] != '\r') {
                if (count == found.length) {
                    throw new IllegalStateException("at most " + found.length + " definitions expected, found more");
                }
                found[count++] = at;
            }
        }
        this.starts = Arrays.copyOf(found, count);
        this.made = new PermissionDefinition[count];
        this.places = new short[Integer.highestOneBit(Math.max(1, count)) * 4];
        for (int id = 0; id < count; id++) {
            String name = name(id);
            int slot = slot(name);
            if (places[slot] != 0) {
                throw new IllegalArgumentException("permission `" + name + "` is defined twice");
            }
            places[slot] = (short) (id + 1);
        }
    }

    @Override
    public int size() {
        return starts.length;
    }

    @Override
    public String name(int id) {
        int end = starts[id];
        while (end < text.length && text[end] != ',' && text[end] != '\n') {
            end++;
        }
        return new String(text, starts[id], end - starts[id], StandardCharsets.UTF_8);
    }

    @Override
    public int id(String name) {
        int id = places[slot(name)] - 1;
        if (id >= 0) {
            at(id); // the next time strings are compared, which is quicker than characters with bytes
        }
        return id;
    }

    @Override
    public PermissionDefinition at(int id) {
        PermissionDefinition known = made[id];
        if (known == null) {
            int start = starts[id];
            known = definition(new String(text, start, end(start) - start, StandardCharsets.UTF_8).strip());
            made[id] = known;
        }
        return known;
    }

    /** Where the name is, or else the free place where it would be. */
    private int slot(String name) {
        int mask = places.length - 1;
        int slot = (name.hashCode() ^ name.hashCode() >>> 16) & mask;
        while (places[slot] != 0 && !isNamed(places[slot] - 1, name)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    // INVARIANT: names are ASCII, so that a character is a byte; another one is equal to none.
    private boolean isNamed(int id, String name) {
        PermissionDefinition known = made[id];
        if (known != null) {
            return known.name().equals(name);
        }
        int start = starts[id];
        int length = name.length();
        if (start + length >= text.length || text[start + length] != ',') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text[start + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int end(int start) {
        int end = start;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return end;
    }

    private static PermissionDefinition definition(String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS) {
            throw new IllegalStateException(
                    COLUMNS + " columns expected, found " + cells.length + " in `" + line + "`");
        }
        return new PermissionDefinition(
                cells[0],
                GrantMode.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                Apl.parse(cells[2]).orElseThrow(),
                AvailableType.valueOf(cells[3]),
                cells[4].contains("p"),
                cells[4].contains("d"),
                cells[4].contains("k"),
                cells[4].contains("v"),
                cells[5],
                cells[6].isEmpty() ? Optional.empty() : Optional.of(cells[6]),
                cells[7].isEmpty() ? List.of() : List.of(cells[7].split("\\|")));
    }
}
