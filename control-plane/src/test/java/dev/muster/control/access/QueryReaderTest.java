package dev.muster.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import cz.jirutka.rsql.parser.RSQLParser;
import cz.jirutka.rsql.parser.ast.AndNode;
import cz.jirutka.rsql.parser.ast.ComparisonNode;
import cz.jirutka.rsql.parser.ast.ComparisonOperator;
import cz.jirutka.rsql.parser.ast.LogicalNode;
import cz.jirutka.rsql.parser.ast.Node;
import cz.jirutka.rsql.parser.ast.RSQLOperators;
import dev.muster.control.http.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The reader against rsql-parser, the reference for RSQL's grammar, and against texts that nobody would write. */
class QueryReaderTest {
    private static final int QUERIES = 3_000;
    private static final String NOISE = "site==a;,()'\"\\ =inout!<>~.-_*\u00e9\u4e2d\ud83d\ude00\u0000\\tfact.tagmeta";

    private final Random random = new Random(20_261_126);

    @Test
    void readsWhatTheReferenceReadsInTheSameWay() {
        Set<ComparisonOperator> operators = new HashSet<>(RSQLOperators.defaultOperators());
        operators.add(new ComparisonOperator("=under="));
        operators.add(new ComparisonOperator("=at="));
        RSQLParser reference = new RSQLParser(operators);

        for (int i = 0; i < QUERIES; i++) {
            String text = or(3);

            assertThat(shape(QueryReader.read(text))).as(text).isEqualTo(shape(reference.parse(text)));
        }
    }

    @Test
    void everyValidQueryBecomesSqlAndKeepsItsWordsOutOfIt() {
        for (int i = 0; i < QUERIES; i++) {
            String text = or(3);

            SqlFragment sql = Selector.parse(text).where("d", "q_");

            assertThat(sql.sql()).as(text).doesNotContain("secret").doesNotContain("\u4e2d");
        }
    }

    @Test
    void whateverIsTypedIsReadOrRefusedWithAPlaceInIt() {
        for (int i = 0; i < QUERIES * 3; i++) {
            String text = random.nextBoolean() ? noise() : broken(or(2));
            try {
                Selector.parse(text);
            } catch (ProblemException e) {
                assertThat((Integer) e.extensions().get("position")).as(text).isBetween(1, text.length() + 1);
                assertThat(e.detail()).as(text).startsWith("expected ");
            }
        }
    }

    private String noise() {
        return IntStream.range(0, random.nextInt(1, 30))
                .mapToObj(i -> String.valueOf(NOISE.charAt(random.nextInt(NOISE.length()))))
                .collect(Collectors.joining());
    }

    private String broken(String text) {
        int at = random.nextInt(text.length() + 1);
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + NOISE.charAt(random.nextInt(NOISE.length())) + text.substring(at);
            default -> text.substring(0, at) + text.substring(Math.min(text.length(), at + 1));
        };
    }

    private String or(int depth) {
        return joined(random.nextInt(4) == 0 ? " or " : ",", () -> and(depth));
    }

    private String and(int depth) {
        return joined(random.nextInt(4) == 0 ? " and " : ";", () -> part(depth));
    }

    private String joined(String by, java.util.function.Supplier<String> part) {
        return IntStream.range(0, random.nextInt(1, 3))
                .mapToObj(i -> part.get())
                .collect(Collectors.joining(by));
    }

    private String part(int depth) {
        return depth > 0 && random.nextInt(4) == 0 ? "(" + or(depth - 1) + ")" : comparison();
    }

    private String comparison() {
        return switch (random.nextInt(6)) {
            case 0 -> pick("id", "name", "tag", "group", "hardware", "serial", "type") + pick("==", "!=") + value();
            case 1 -> pick("site", "tag") + pick("=in=", "=out=") + "(" + value() + "," + value() + ")";
            case 2 -> "site" + pick("=under=", "=at=", "==") + value();
            case 3 ->
                pick("fact.os.api", "api", "meta.rank")
                        + pick("<", "<=", ">", ">=", "=lt=", "=ge=")
                        + random.nextInt(99);
            case 4 -> "image" + pick("<", "=gt=", "==") + "2.0." + random.nextInt(20);
            default ->
                pick(
                        "status==active",
                        "online==true",
                        "document!=away",
                        "lastSeen<P1D",
                        "enrolledAt>2026-01-01T00:00:00Z");
        };
    }

    private String value() {
        return pick("north", "secret", "a.b-c_d", "'it\\'s secret'", "\"a,b;c\"", "' '", "pump*", "\u4e2d");
    }

    private String pick(String... words) {
        return words[random.nextInt(words.length)];
    }

    private static String shape(Query query) {
        return switch (query) {
            case Query.And and ->
                and.parts().stream().map(QueryReaderTest::shape).collect(Collectors.joining("&", "(", ")"));
            case Query.Or or ->
                or.parts().stream().map(QueryReaderTest::shape).collect(Collectors.joining("|", "(", ")"));
            case Query.Comparison one ->
                shape(
                        one.field(),
                        one.operator().symbol(),
                        one.values().stream().map(Query.Value::text).toList());
        };
    }

    private static String shape(Node node) {
        if (node instanceof LogicalNode logical) {
            return logical.getChildren().stream()
                    .map(QueryReaderTest::shape)
                    .collect(Collectors.joining(logical instanceof AndNode ? "&" : "|", "(", ")"));
        }
        ComparisonNode one = (ComparisonNode) node;
        return shape(one.getSelector(), one.getOperator().getSymbol(), one.getArguments());
    }

    private static String shape(String field, String operator, List<String> values) {
        return field + " " + operator + " " + values;
    }
}
