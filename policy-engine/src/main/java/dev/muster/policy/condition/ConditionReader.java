package dev.muster.policy.condition;

import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.Zone;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Reads and checks {@link ConditionBlock}s. Every loop is bounded by bytes that are there; nothing recurses. */
final class ConditionReader {
    private final ByteBuffer in;

    ConditionReader(ByteBuffer bytes) {
        this.in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    ConditionBlock read() {
        try {
            String timeZone = text();
            FactTable facts = facts();
            List<Terms> conditions = new ArrayList<>();
            int count = in.getShort() & 0xFFFF;
            for (int i = 0; i < count; i++) {
                conditions.add(terms(facts.size()));
            }
            while (in.hasRemaining()) {
                require(in.get() == 0, "zeros after the last condition");
            }
            return new ConditionBlock(timeZone, facts, conditions);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("conditions: more bytes expected, found their end", e);
        }
    }

    private FactTable facts() {
        int count = in.get() & 0xFF;
        require(count <= FactTable.MAX, "at most " + FactTable.MAX + " facts");
        List<Fact> facts = new ArrayList<>();
        List<Zone> zones = new ArrayList<>();
        List<Shift> shifts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int kind = in.get();
            FactKind known = null;
            for (FactKind one : FactKind.values()) {
                known = one.number() == kind ? one : known;
            }
            if (known == null) {
                throw new IllegalArgumentException("conditions: a known kind of fact expected, found " + kind);
            }
            Fact fact = new Fact(known, text());
            require(i == 0 || facts.getLast().compareTo(fact) < 0, "facts in rising order");
            facts.add(fact);
            switch (known) {
                case ZONE -> zones.add(zone(fact.name()));
                case SHIFT -> shifts.add(shift(fact.name()));
                case GROUP, STATE, NETWORK -> {}
            }
        }
        return FactTable.of(facts, zones, shifts);
    }

    private Zone zone(String name) {
        int kind = in.get();
        Optional<Zone.Area> area =
                switch (kind) {
                    case ConditionWriter.NO_AREA -> Optional.empty();
                    case ConditionWriter.CIRCLE -> Optional.of(new Zone.Area.Circle(point(), in.getDouble()));
                    case ConditionWriter.POLYGON -> {
                        int count = in.get() & 0xFF;
                        List<Zone.Point> corners = new ArrayList<>();
                        for (int i = 0; i < count; i++) {
                            corners.add(point());
                        }
                        yield Optional.of(new Zone.Area.Polygon(corners));
                    }
                    default ->
                        throw new IllegalArgumentException("conditions: a known kind of area expected, found " + kind);
                };
        NavigableSet<String> tags = new TreeSet<>();
        int count = in.getShort() & 0xFFFF;
        for (int i = 0; i < count; i++) {
            String tag = text();
            require(tags.isEmpty() || tags.last().compareTo(tag) < 0, "tags in rising order");
            tags.add(tag);
        }
        return new Zone(name, "", area, tags);
    }

    private Zone.Point point() {
        return new Zone.Point(in.getDouble(), in.getDouble());
    }

    private Shift shift(String name) {
        List<Shift.Window> windows = new ArrayList<>();
        int count = in.getShort() & 0xFFFF;
        for (int i = 0; i < count; i++) {
            int packed = in.getInt();
            require(packed >>> 29 == 0, "a window of a shift");
            windows.add(new Shift.Window(packed >>> 22, packed & 0x7FF, (packed >>> 11) & 0x7FF));
        }
        return new Shift(name, "", windows, days(), days());
    }

    private NavigableSet<LocalDate> days() {
        NavigableSet<LocalDate> days = new TreeSet<>();
        int count = in.getShort() & 0xFFFF;
        for (int i = 0; i < count; i++) {
            LocalDate day = LocalDate.ofEpochDay(in.getInt());
            require(days.isEmpty() || days.last().isBefore(day), "days in rising order");
            days.add(day);
        }
        return days;
    }

    private Terms terms(int facts) {
        int count = in.get() & 0xFF;
        require(count <= Terms.MAX, "at most " + Terms.MAX + " terms");
        long known = facts == FactTable.MAX ? -1L : (1L << facts) - 1;
        List<Term> terms = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Term term = term(known);
            require(i == 0 || terms.getLast().compareTo(term) < 0, "terms in rising order");
            terms.add(term);
        }
        return new Terms(terms);
    }

    private Term term(long known) {
        int head = in.getInt();
        int present = in.get() & 0xFF;
        require(head >>> 29 == 0 && present >>> 7 == 0, "a term");
        long[] words = new long[Terms.WORDS];
        for (int i = 1; i < Terms.WORDS; i++) {
            words[i] = ConditionWriter.unlimited(i);
            if ((present >>> (i - 1) & 1) != 0) {
                words[i] = in.getLong();
                require(words[i] != ConditionWriter.unlimited(i), "a limit where one is announced");
            }
            require(i < 3 || (words[i] & ~known) == 0, "facts that are listed");
        }
        List<Long> clauses = new ArrayList<>();
        for (int i = 5; i < Terms.WORDS; i++) {
            if (words[i] != 0) {
                clauses.add(words[i]);
            }
        }
        Term stated = new Term(
                head & 0x7FF,
                (head >>> 11) & 0x7FF,
                head >>> 22,
                words[1],
                words[2],
                words[3],
                words[4],
                List.copyOf(clauses));
        boolean inBounds = stated.hi() <= Term.DAY
                && stated.from() >= Term.NO_FROM
                && stated.until() <= Term.NO_UNTIL
                && stated.any().size() == Integer.bitCount(present >>> 4);
        require(inBounds && normal(stated).equals(Optional.of(stated)), "a term in its shortest form");
        return stated;
    }

    private static Optional<Term> normal(Term term) {
        return Term.of(
                term.lo(), term.hi(), term.days(), term.from(), term.until(), term.all(), term.none(), term.any());
    }

    private String text() {
        int length = in.getShort() & 0xFFFF;
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("conditions: a name in UTF-8 expected, found other bytes", e);
        }
    }

    private static void require(boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("conditions: " + expected + " expected, found something else");
        }
    }
}
