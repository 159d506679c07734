package dev.muster.policy.condition;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;

/**
 * The part of a bundle or capability file that says what its conditions are: time zone, facts with what zones and shifts
 * are, and terms. Format: {@code docs/reference/bundle-format.md}.
 *
 * @param timeZone IANA name; empty: UTC
 * @param conditions numbered from 1 by those who refer to them; 0 is "no condition"
 */
public record ConditionBlock(String timeZone, FactTable facts, List<Terms> conditions) {
    /** No condition and nothing to ask for. */
    public static final ConditionBlock NONE = new ConditionBlock("", FactTable.EMPTY, List.of());

    /** Conditions a block has at most. */
    public static final int MAX = 0xFFFF;

    public ConditionBlock {
        conditions = List.copyOf(conditions);
        zone(timeZone);
    }

    /** The time zone in which minutes and weekdays count. */
    public ZoneId zone() {
        return zone(timeZone);
    }

    private static ZoneId zone(String name) {
        try {
            return name.isEmpty() ? ZoneId.of("UTC") : ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "time zone expected, found `" + name + "`, which this system does not know", e);
        }
    }

    /** The bytes of the block. Equal blocks give equal bytes. */
    public byte[] write() {
        return new ConditionWriter().write(this);
    }

    /**
     * Reads a block that fills a buffer, but for zeros at its end.
     *
     * @throws IllegalArgumentException when it is truncated or says what no writer would
     */
    public static ConditionBlock read(ByteBuffer bytes) {
        return new ConditionReader(bytes).read();
    }
}
