package dev.muster.policy.condition;

import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.Zone;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Objects;

/** Writes {@link ConditionBlock}s; little-endian. */
final class ConditionWriter {
    static final int NO_AREA = 0;
    static final int CIRCLE = 1;
    static final int POLYGON = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] write(ConditionBlock block) {
        text(block.timeZone());
        FactTable facts = block.facts();
        out.write(facts.size());
        for (Fact fact : facts.facts()) {
            out.write(fact.kind().number());
            text(fact.name());
            switch (fact.kind()) {
                case ZONE -> zone(defined(facts.zone(fact.name()), fact));
                case SHIFT -> shift(defined(facts.shift(fact.name()), fact));
                case GROUP, STATE, NETWORK -> {}
            }
        }
        number(block.conditions().size(), 2);
        block.conditions().forEach(this::terms);
        return out.toByteArray();
    }

    private static <T> T defined(@org.jspecify.annotations.Nullable T definition, Fact fact) {
        return Objects.requireNonNull(definition, () -> fact.kind().text() + " `" + fact.name() + "` is not defined");
    }

    private void zone(Zone zone) {
        switch (zone.area().orElse(null)) {
            case null -> out.write(NO_AREA);
            case Zone.Area.Circle circle -> {
                out.write(CIRCLE);
                point(circle.centre());
                real(circle.radiusMetres());
            }
            case Zone.Area.Polygon polygon -> {
                out.write(POLYGON);
                out.write(polygon.corners().size());
                polygon.corners().forEach(this::point);
            }
        }
        number(zone.tags().size(), 2);
        zone.tags().forEach(this::text);
    }

    private void point(Zone.Point point) {
        real(point.latitude());
        real(point.longitude());
    }

    private void shift(Shift shift) {
        number(shift.windows().size(), 2);
        for (Shift.Window window : shift.windows()) {
            number(window.from() | ((long) window.to() << 11) | ((long) window.days() << 22), 4);
        }
        days(shift.except());
        days(shift.also());
    }

    private void days(Collection<LocalDate> days) {
        number(days.size(), 2);
        days.forEach(day -> number(day.toEpochDay(), 4));
    }

    /** The head says which of the seven other words differ from "no limit"; only those follow. */
    private void terms(Terms terms) {
        out.write(terms.size());
        long[] words = terms.words();
        for (int at = 0; at < words.length; at += Terms.WORDS) {
            number(words[at] & ~(0b111L << 29), 4);
            int present = 0;
            for (int i = 1; i < Terms.WORDS; i++) {
                present |= words[at + i] != unlimited(i) ? 1 << (i - 1) : 0;
            }
            out.write(present);
            for (int i = 1; i < Terms.WORDS; i++) {
                if ((present >>> (i - 1) & 1) != 0) {
                    number(words[at + i], 8);
                }
            }
        }
    }

    static long unlimited(int word) {
        return switch (word) {
            case 1 -> Term.NO_FROM;
            case 2 -> Term.NO_UNTIL;
            default -> 0;
        };
    }

    private void real(double value) {
        // No negative zero: equal places give equal bytes.
        number(Double.doubleToLongBits(value == 0 ? 0.0 : value), 8);
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFFFF) {
            throw new IllegalArgumentException(
                    "conditions: a name of at most 65535 bytes expected, found " + bytes.length);
        }
        number(bytes.length, 2);
        out.writeBytes(bytes);
    }

    private void number(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }
}
