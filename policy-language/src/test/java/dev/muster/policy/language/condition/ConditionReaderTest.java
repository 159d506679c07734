package dev.muster.policy.language.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.language.condition.ConditionReader.Problem;
import dev.muster.policy.language.condition.ConditionReader.Read;
import dev.muster.policy.language.condition.ConditionReader.Refused;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.All;
import dev.muster.policy.model.Condition.Any;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.Condition.From;
import dev.muster.policy.model.Condition.Minutes;
import dev.muster.policy.model.Condition.Not;
import dev.muster.policy.model.Condition.Until;
import dev.muster.policy.model.Condition.Weekdays;
import dev.muster.policy.model.FactKind;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionReaderTest {
    private static final Fact PIT = new Fact(FactKind.ZONE, "pit");
    private static final Fact EARLY = new Fact(FactKind.SHIFT, "early");

    private final ConditionReader reader = new ConditionReader();

    @Test
    void readsEveryWordOfTheVocabulary() {
        assertThat(read("'pit' in zones")).isEqualTo(PIT);
        assertThat(read("'early' in shifts")).isEqualTo(EARLY);
        assertThat(read("'crew' in groups")).isEqualTo(new Fact(FactKind.GROUP, "crew"));
        assertThat(read("\"charging\" in states")).isEqualTo(new Fact(FactKind.STATE, "charging"));
        assertThat(read("network == 'wifi'")).isEqualTo(new Fact(FactKind.NETWORK, "wifi"));
        assertThat(read("'wifi' != network")).isEqualTo(new Not(new Fact(FactKind.NETWORK, "wifi")));
        assertThat(read("network in ['a', 'b']"))
                .isEqualTo(new Any(List.of(new Fact(FactKind.NETWORK, "a"), new Fact(FactKind.NETWORK, "b"))));
        assertThat(read("now >= timestamp('2026-03-01T06:00:00Z')"))
                .isEqualTo(new From(Instant.parse("2026-03-01T06:00:00Z")));
        assertThat(read("now <= timestamp('2026-03-01T06:00:00+01:00')"))
                .isEqualTo(new Until(Instant.parse("2026-03-01T05:00:01Z")));
        assertThat(read("true")).isEqualTo(Condition.ALWAYS);
        assertThat(read("false")).isEqualTo(new Any(List.of()));
    }

    @Test
    void readsFormulasOfAnyShape() {
        assertThat(read("'pit' in zones && 'early' in shifts && !('pit' in zones) // why not"))
                .isEqualTo(new All(List.of(PIT, EARLY, new Not(PIT))));
        assertThat(read("'pit' in zones && ('early' in shifts || 'pit' in zones)"))
                .isEqualTo(new All(List.of(PIT, new Any(List.of(EARLY, PIT)))));
    }

    @ParameterizedTest
    @CsvSource({
        "minute < 5,                0,    5",
        "minute <= 5,               0,    6",
        "minute > 5,                6,    1440",
        "minute >= 5,               5,    1440",
        "5 > minute,                0,    5",
        "minute == 1439,            1439, 1440",
        "minute < 1440,             0,    1440",
        "minute >= clock('06:30'),  390,  1440",
        "minute < clock('24:00'),   0,    1440",
    })
    void readsComparisonsOfMinutesAsWindows(String text, int from, int to) {
        assertThat(read(text)).isEqualTo(new Minutes(from, to));
    }

    @Test
    void readsWhatNeverHoldsAsSuch() {
        for (String text : List.of("minute < 0", "minute >= 1440", "minute > 1439", "weekday < 1", "weekday > 7")) {
            assertThat(read(text)).isEqualTo(new Any(List.of()));
        }
        assertThat(read("minute != 0")).isEqualTo(new Any(List.of(new Any(List.of()), new Minutes(1, 1440))));
    }

    @Test
    void readsWeekdaysFromMonday() {
        assertThat(read("weekday <= 5")).isEqualTo(new Weekdays(0b0011111));
        assertThat(read("weekday in [6, 7]"))
                .isEqualTo(new Any(List.of(new Weekdays(0b0100000), new Weekdays(0b1000000))));
        assertThat(read("weekday != 7")).isEqualTo(new Weekdays(0b0111111));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '"',
            value = {
                "zones.exists(z, z == 'pit')           ~ 0  ~ found `exists`; write `'x' in zones || 'y' in zones`",
                "true && zones.all(z, z == 'pit')      ~ 8  ~ found `all`",
                "size(zones) > 0                       ~ 0  ~ found `size`; write `'x' in zones",
                "minute + 1 > 5                        ~ 0  ~ found arithmetic with `+`; write the result",
                "5 < -minute                           ~ 4  ~ found arithmetic with `-`",
                "'pit' in zones ? true : false         ~ 0  ~ found `? :`; write `a && b || !a && c`",
                "zones[0] == 'pit'                     ~ 0  ~ found `[ ]`; write `'x' in zones",
                "true || network.startsWith('a')       ~ 8  ~ found `startsWith`; write `network in ['x', 'y']`",
                "now.getHours() > 5                    ~ 0  ~ found `getHours`; write `minute`, `weekday`",
                "now - now > duration('1h')            ~ 0  ~ found arithmetic with `-`",
                "zones == ['pit']                      ~ 0  ~ write `'x' in zones`",
                "('pit' in zones) == true              ~ 1  ~ write the question itself",
                "network < 'b'                         ~ 10 ~ found an order of texts",
                "minute < weekday                      ~ 9  ~ a constant to compare `minute` with expected, found `weekday`",
                "1 < 2                                 ~ 0  ~ found two constants",
                "'pit' in ['pit']                      ~ 0  ~ found two constants",
                "network in zones                      ~ 0  ~ the name of a zone as constant",
                "minute > 1441                         ~ 9  ~ a minute of the day from 0 to 1440",
                "weekday == 0                          ~ 11 ~ a weekday from 1 (Monday) to 7 (Sunday) expected, found 0",
                "minute in [5, 2000]                   ~ 14 ~ found 2000",
                "minute > clock('6:30')                ~ 15 ~ a time of day from `00:00` to `24:00`, such as `06:30`, expected, found `6:30`",
                "now > timestamp('yesterday')          ~ 16 ~ an instant in whole seconds",
                "now > timestamp('2026-01-01T00:00:00.5Z') ~ 16 ~ found `2026-01-01T00:00:00.5Z`",
                "'pti' in zones                        ~ 0  ~ the name of a zone expected, found `pti`; did you mean `pit`?",
                "'late' in shifts                      ~ 0  ~ the name of a shift expected, found `late`",
                "'' in groups                          ~ 0  ~ a name of 1 to 63 characters expected",
                "network == ''                         ~ 11 ~ the name of a network, 1 to 63 characters, expected",
                "dyn(minute) == 5                      ~ 0  ~ found `dyn`",
                "[1, 2].size() > 1                     ~ 0  ~ found `size`",
            })
    void refusesWhatADeviceCannotAsk(String text, int offset, String message) {
        Problem problem = problem(text);

        assertThat(problem.message()).contains(message);
        assertThat(problem.offset()).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '"',
            value = {
                "'pit' in zonse                 ~ 9  ~ found `zonse`; did you mean `zones`?",
                "sizee(zones) > 1               ~ 0  ~ found `sizee`",
                "1 in zones                     ~ 2  ~ around `in`, found a number and a list of texts",
                "minute == 'x'                  ~ 7  ~ around `==`, found a number and a text",
                "now > 'x'                      ~ 4  ~ around `>`, found an instant and a text",
                "minute > 5.0                   ~ 7  ~ found a number and a number with a point",
                "!minute                        ~ 0  ~ after `!`, found a number",
                "minute && true                 ~ 7  ~ around `&&`, found a number and true or false",
                "zones                          ~ 0  ~ an answer of true or false expected, found a list of texts",
                "minute                         ~ 0  ~ found a number",
                "network.name == 'a'            ~ 7  ~ a word without fields expected, found a field of a text",
                "clock(5) > 3                   ~ 5  ~ one text such as `'06:30'` expected",
                "minute >                       ~ 8  ~ a word or a constant expected, found the end",
                "minute > 5 6                   ~ 11 ~ found `6`",
                "(minute > 5                    ~ 11 ~ `)` expected, found the end",
                "minute > 5)                    ~ 10 ~ found `)`",
                "minute = 5                     ~ 7  ~ `==` expected, found `=`",
                "true & false                   ~ 5  ~ `&&` expected, found `&`",
                "true and false                 ~ 5  ~ found `and`; write `&&`",
                "not true                       ~ 4  ~ found `true`",
                "minute > 99999999999999999999  ~ 9  ~ a number of at most 18 digits",
                "for > 2                        ~ 0  ~ found `for`",
                "'pit                           ~ 0  ~ a text with its end on the same line",
            })
    void putsMistakesInItsOwnWords(String text, int offset, String message) {
        Problem problem = problem(text);

        assertThat(problem.message()).contains(message).doesNotContain("candidates", "container", "%A");
        assertThat(problem.offset()).isEqualTo(offset);
    }

    @Test
    void countsPositionsInCodePoints() {
        assertThat(problem("'\uD83D\uDE42' in groups && x").offset()).isEqualTo(17);
    }

    @Test
    void tellsSeveralMistakesAtOnce() {
        assertThat(((Refused) reader.read("'a' in zonse || minutes > 5", Set.of(), Set.of())).problems())
                .extracting(Problem::offset)
                .containsExactly(7, 16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n"})
    void refusesNothing(String text) {
        assertThat(problem(text).message()).startsWith("a condition expected, found nothing");
    }

    @Test
    void boundsLengthDepthAndComplexity() {
        String many = "('g%d' in groups || 'h%d' in groups)";
        StringBuilder product = new StringBuilder(many.formatted(0, 0));
        for (int i = 1; i < 12; i++) {
            product.append(" && ").append(many.formatted(i, i));
        }

        assertThat(problem("(".repeat(100) + "true" + ")".repeat(100)).message())
                .startsWith("at most 64 levels");
        assertThat(problem("true" + " || true".repeat(600)).message()).startsWith("at most 4096 characters");
        assertThat(problem(product.toString()).message())
                .startsWith("a simpler condition expected, found one that is too complex for a device: ");
    }

    @Test
    void takesLongListsOfNames() {
        String names = IntStream.range(0, 20).mapToObj(i -> "'n" + i + "'").collect(Collectors.joining(", "));
        String groups =
                IntStream.range(0, 20).mapToObj(i -> "'g" + i + "' in groups").collect(Collectors.joining(" || "));
        String states =
                IntStream.range(0, 20).mapToObj(i -> "'s" + i + "' in states").collect(Collectors.joining(" || "));

        assertThat(reader.read(
                        "network in [" + names + "] && (" + groups + ") && (" + states + ") && weekday in [1, 2, 3]",
                        Set.of(),
                        Set.of()))
                .isInstanceOf(Read.class);
    }

    /** Multiplied out these would take longer than anybody waits. */
    @ParameterizedTest
    @ValueSource(ints = {9, 16, 30, 60})
    void refusesWhatSpreadsTooFarWithoutMultiplyingItOut(int factors) {
        String text = IntStream.range(0, factors)
                .mapToObj(i -> "('g" + i % 20 + "' in groups || minute == " + i + " || weekday == 1)")
                .collect(Collectors.joining(" && "));

        assertThat(problem(text).message()).contains("at most 256 alternatives before simplification expected, found");
    }

    @Test
    void readsFromManyThreadsAtOnce() {
        String text = "'pit' in zones && minute >= clock('06:30')";
        Condition expected = read(text);

        assertThat(IntStream.range(0, 400).parallel().mapToObj(i -> read(text))).allMatch(expected::equals);
    }

    private Condition read(String text) {
        return ((Read) reader.read(text, Set.of("pit"), Set.of("early"))).condition();
    }

    private Problem problem(String text) {
        return ((Refused) reader.read(text, Set.of("pit"), Set.of("early")))
                .problems()
                .getFirst();
    }
}
