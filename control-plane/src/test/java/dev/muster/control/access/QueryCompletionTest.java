package dev.muster.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.access.QueryCompletion.Expected;
import dev.muster.control.access.QueryCompletion.Item;
import dev.muster.control.http.ProblemException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryCompletionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                     | id        | 0
            si                     | site      | 0
            site==a;ta             | tag       | 8
            site                   | =under=   | 4
            tag                    | ==        | 3
            online==true;          | group     | 13
            (site==a               | )         | 8
            `site==a `             | ;         | 8
            `tag=in=(a `           | )         | 10
            site=u                 | =under=   | 4
            """)
    void offersWhatCanStandThere(String typed, String offered, int from) {
        Expected expected = QueryCompletion.at(typed, typed.length());

        // A value that touches the place may go on; what follows it comes after a blank.
        if (expected instanceof Expected.Words words) {
            assertThat(words.items()).extracting(Item::text).contains(offered);
            assertThat(words.from()).isEqualTo(from);
        } else {
            assertThat(typed).isEqualTo("(site==a");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            site==                 | site        | ``      | 6
            site==nor              | site        | nor     | 6
            tag=in=(a,b            | tag         | b       | 10
            name=='it is           | name        | it is   | 6
            fact.os.name==Op       | fact.os.name | Op     | 14
            tag==a,meta.owner==    | meta.owner  | ``      | 19
            """)
    void knowsWhoseValueIsTyped(String text, String field, String typed, int from) {
        assertThat(QueryCompletion.at(text, text.length()))
                .isEqualTo(new Expected.Value(from, text.length(), field, typed));
    }

    @Test
    void looksAtWhatStandsBeforeTheCaretOnly() {
        assertThat(QueryCompletion.at("site==north;tag==a", 8)).isEqualTo(new Expected.Value(6, 8, "site", "no"));
        assertThat(QueryCompletion.at("fact.os", 7)).isEqualTo(new Expected.Key(0, 7, "fact.", "os"));
        assertThat(QueryCompletion.at("site", 99)).isInstanceOf(Expected.Words.class);
    }

    @Test
    void takingWhatIsOfferedAgainAndAgainLeadsToAValidQuery() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            int steps = random.nextInt(1, 25);
            for (int step = 0; step < steps || !isValid(text.toString()); step++) {
                assertThat(step).as(text.toString()).isLessThan(400);
                take(text, random, step < steps);
            }
            assertThat(isValid(text.toString())).isTrue();
        }
    }

    private static void take(StringBuilder text, Random random, boolean grow) {
        Expected expected = QueryCompletion.at(text.toString(), text.length());
        String next =
                switch (expected) {
                    case Expected.Words words -> {
                        assertThat(words.items()).as(text.toString()).isNotEmpty();
                        List<Item> items = words.items();
                        yield (grow ? items.get(random.nextInt(items.size())) : last(items)).text();
                    }
                    case Expected.Key key -> key.field() + "os.name" + (random.nextBoolean() ? "==" : "!=");
                    case Expected.Value value -> value(value.field()) + " ";
                };
        text.replace(expected.from(), expected.to(), next);
    }

    // Closes what is open, and begins nothing that has to be closed.
    private static Item last(List<Item> items) {
        Item last = items.getLast();
        return last.text().equals("(") ? items.getFirst() : last;
    }

    private static String value(String field) {
        return switch (field) {
            case "status" -> "active";
            case "online" -> "true";
            case "document" -> "away";
            case "lastSeen", "enrolledAt" -> "P1D";
            case "image", "policy", "api" -> "12";
            default -> QueryCompletion.written(field.length() % 2 == 0 ? "it's" : "7");
        };
    }

    private static boolean isValid(String text) {
        try {
            return !text.isBlank() && !Selector.parse(text).selectsAll();
        } catch (ProblemException e) {
            // Too much of it is no mistake of what was offered.
            return e.detail().startsWith("expected at most");
        }
    }
}
