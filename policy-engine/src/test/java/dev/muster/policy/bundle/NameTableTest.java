package dev.muster.policy.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NameTableTest {
    /** "Aa" and "BB" have the same hash, so do all words put together from them. */
    private static final String[] ALIKE = {"AaAa", "AaBB", "BBAa", "BBBB"};

    @Test
    void tellsNamesOfEqualHashApart() {
        assertThat(Arrays.stream(ALIKE).mapToInt(String::hashCode).distinct()).hasSize(1);
        NameTable table = new NameTable(Arrays.copyOf(ALIKE, 3), new long[0]);

        for (int i = 0; i < 3; i++) {
            assertThat(table.find(new String(ALIKE[i].toCharArray()), 0)).isEqualTo(i);
        }
        assertThat(table.find("BBBB", 0)).isEqualTo(-1);
    }

    @Test
    void tellsTagsApartWhetherTheyAreAllAlikeOrNot() {
        String[] names = {"drill", "drill", "lamp"};
        NameTable mixed = new NameTable(names, new long[] {100L << 32, (100L << 32) | 1, 7});
        NameTable alike = new NameTable(ALIKE, new long[] {5, 5, 5, 5});

        assertThat(mixed.find("drill", 100L << 32)).isZero();
        assertThat(mixed.find("drill", (100L << 32) | 1)).isEqualTo(1);
        assertThat(mixed.find("drill", 7)).isEqualTo(-1);
        assertThat(mixed.find("lamp", 7)).isEqualTo(2);
        assertThat(alike.find("BBBB", 5)).isEqualTo(3);
        assertThat(alike.find("BBBB", 6)).isEqualTo(-1);
    }

    /** Name and tag whose hash is that of another name and tag: only comparing both in full tells them apart. */
    @Test
    void comparesTagsInFullWhereTheHashIsTheSame() {
        String[] names = {"a", "b"};
        long low = ((names[0].hashCode() - names[1].hashCode()) * 0xE8B2F51L) & 0xFFFF_FFFFL;
        assertThat(NameTable.hash("b", low)).isEqualTo(NameTable.hash("a", 0));
        long high = low << 32;

        NameTable table = new NameTable(names, new long[] {0, low});

        assertThat(table.find("a", 0)).isZero();
        assertThat(table.find("b", low)).isEqualTo(1);
        assertThat(table.find("b", 0)).isEqualTo(-1);
        assertThat(table.find("a", low)).isEqualTo(-1);
        assertThat(table.find("b", high)).isEqualTo(-1);
    }

    @Test
    void findsNothingInAnEmptyTable() {
        assertThat(new NameTable(new String[0], new long[0]).find("a", 0)).isEqualTo(-1);
    }
}
