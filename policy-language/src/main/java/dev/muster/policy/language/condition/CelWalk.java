package dev.muster.policy.language.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.parser.Operator;
import dev.muster.policy.language.message.Suggestion;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Walks one checked tree into the engine's formula; stops at the first part that it has no word for. */
final class CelWalk {
    /** False, as a formula: none of nothing. */
    static final Condition NEVER = new Condition.Any(List.of());

    private final CelPositions positions;
    private final CelExpr root;
    private final Set<String> zones;
    private final Set<String> shifts;

    CelWalk(String text, CelAbstractSyntaxTree tree, Set<String> zones, Set<String> shifts) {
        this.positions = new CelPositions(text, tree);
        this.root = tree.getExpr();
        this.zones = zones;
        this.shifts = shifts;
    }

    Condition condition() {
        return condition(root);
    }

    private Condition condition(CelExpr part) {
        return switch (part.getKind()) {
            case CONSTANT -> part.constant().booleanValue() ? Condition.ALWAYS : NEVER;
            case CALL -> call(part);
            case COMPREHENSION -> throw refuse(part, Refusals.macro(positions.macro(part)));
            case NOT_SET, IDENT, SELECT, LIST, STRUCT, MAP ->
                throw refuse(part, "a question with an answer of true or false expected, found something else");
        };
    }

    private Condition call(CelExpr part) {
        CelExpr.CelCall call = part.call();
        Optional<Operator> operator = Operator.findReverse(call.function());
        if (operator.isEmpty()) {
            throw refuse(part, Refusals.function(call.function()));
        }
        return switch (operator.get()) {
            case LOGICAL_AND -> new Condition.All(flat(part, call.function(), new ArrayList<>()));
            case LOGICAL_OR -> new Condition.Any(flat(part, call.function(), new ArrayList<>()));
            case LOGICAL_NOT -> new Condition.Not(condition(call.args().getFirst()));
            case IN -> membership(part, call.args().get(0), call.args().get(1));
            case EQUALS, NOT_EQUALS, LESS, LESS_EQUALS, GREATER, GREATER_EQUALS -> comparison(part, operator.get());
            case CONDITIONAL -> throw refuse(part, Refusals.CONDITIONAL);
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, NEGATE, INDEX ->
                throw refuse(part, Refusals.operator(operator.get()));
            // Made by macros and extensions that are refused before they get here.
            case HAS,
                    ALL,
                    EXISTS,
                    EXISTS_ONE,
                    MAP,
                    FILTER,
                    NOT_STRICTLY_FALSE,
                    OLD_NOT_STRICTLY_FALSE,
                    OLD_IN,
                    OPTIONAL_INDEX,
                    OPTIONAL_SELECT -> throw refuse(part, Refusals.function(call.function()));
        };
    }

    /** The parser balances long chains into trees; one list reads better and lowers the same. */
    private List<Condition> flat(CelExpr part, String function, List<Condition> into) {
        for (CelExpr argument : part.call().args()) {
            if (argument.getKind() == Kind.CALL && argument.call().function().equals(function)) {
                flat(argument, function, into);
            } else {
                into.add(condition(argument));
            }
        }
        return into;
    }

    private Condition membership(CelExpr part, CelExpr element, CelExpr list) {
        if (list.getKind() == Kind.IDENT) {
            Optional<FactKind> kind = Vocabulary.list(list.ident().name());
            if (kind.isPresent()) {
                return fact(kind.get(), element);
            }
        }
        if (list.getKind() != Kind.LIST) {
            throw refuse(
                    list, "one of `zones`, `groups`, `shifts`, `states` or a list of constants expected after `in`");
        }
        if (element.getKind() != Kind.IDENT) {
            throw refuse(element, isConstant(element) ? Refusals.TWO_CONSTANTS : Refusals.inList());
        }
        List<Condition> any = new ArrayList<>();
        for (CelExpr item : list.list().elements()) {
            any.add(compare(part, element.ident().name(), Operator.EQUALS, item));
        }
        return new Condition.Any(any);
    }

    private Condition fact(FactKind kind, CelExpr element) {
        String name = text(element, "the name of a " + kind.text() + " as constant, such as `'x'`,");
        Optional<Set<String>> known =
                switch (kind) {
                    case ZONE -> Optional.of(zones);
                    case SHIFT -> Optional.of(shifts);
                    case GROUP, STATE, NETWORK -> Optional.empty();
                };
        if (known.isPresent() && !known.get().contains(name)) {
            throw refuse(
                    element,
                    "the name of a " + kind.text() + " expected, found `" + name + "`"
                            + Suggestion.didYouMean(name, known.get()));
        }
        if (name.isBlank() || name.length() > 63) {
            throw refuse(element, "a name of 1 to 63 characters expected, found `" + name + "`");
        }
        return new Condition.Fact(kind, name);
    }

    private Condition comparison(CelExpr part, Operator operator) {
        CelExpr left = part.call().args().get(0);
        CelExpr right = part.call().args().get(1);
        if (left.getKind() == Kind.IDENT && right.getKind() != Kind.IDENT) {
            return compare(part, left.ident().name(), operator, right);
        }
        if (right.getKind() == Kind.IDENT && left.getKind() != Kind.IDENT) {
            return compare(part, right.ident().name(), mirrored(operator), left);
        }
        if (left.getKind() == Kind.IDENT) {
            throw refuse(
                    right,
                    "a constant to compare `" + left.ident().name() + "` with expected, found `"
                            + right.ident().name() + "`");
        }
        if (isConstant(left) && isConstant(right)) {
            throw refuse(part, Refusals.TWO_CONSTANTS);
        }
        CelExpr wrong = isConstant(left) ? right : left;
        throw refuse(wrong, refusal(wrong));
    }

    /** What is wrong with a part that is neither a word nor a constant. */
    private String refusal(CelExpr part) {
        return switch (part.getKind()) {
            case CALL ->
                Operator.findReverse(part.call().function())
                        .map(Refusals::operator)
                        .orElseGet(() -> Refusals.function(part.call().function()));
            case COMPREHENSION -> Refusals.macro(positions.macro(part));
            case NOT_SET, CONSTANT, IDENT, SELECT, LIST, STRUCT, MAP -> Refusals.inList();
        };
    }

    private Condition compare(CelExpr part, String word, Operator operator, CelExpr with) {
        return switch (word) {
            case Vocabulary.NETWORK -> network(operator, with);
            case Vocabulary.MINUTE -> Comparisons.minutes(operator, minute(with));
            case Vocabulary.WEEKDAY -> Comparisons.weekdays(operator, weekday(with));
            case Vocabulary.NOW -> Comparisons.now(operator, instant(with));
            default ->
                throw refuse(part, Vocabulary.list(word).isPresent() ? Refusals.inList() : Refusals.function(word));
        };
    }

    private Condition network(Operator operator, CelExpr with) {
        String name = text(with, "the name of a network as constant, such as `'site-wifi'`,");
        if (name.isBlank() || name.length() > 63) {
            throw refuse(with, "the name of a network, 1 to 63 characters, expected, found `" + name + "`");
        }
        Condition fact = new Condition.Fact(FactKind.NETWORK, name);
        return switch (operator) {
            case EQUALS -> fact;
            case NOT_EQUALS -> new Condition.Not(fact);
            default -> throw refuse(with, "`==`, `!=` or `in` expected with `network`, found an order of texts");
        };
    }

    private int minute(CelExpr with) {
        if (with.getKind() == Kind.CALL && with.call().function().equals(Vocabulary.CLOCK)) {
            CelExpr argument = with.call().args().getFirst();
            String text = text(argument, ClockTime.EXPECTED.replaceAll(",$", "") + " as constant");
            return ClockTime.minute(text)
                    .orElseThrow(() -> refuse(argument, ClockTime.EXPECTED + " expected, found `" + text + "`"));
        }
        return number(with, 0, 1440, "a minute of the day from 0 to 1440, or `clock('06:30')`,");
    }

    private int weekday(CelExpr with) {
        return number(with, 1, 7, "a weekday from 1 (Monday) to 7 (Sunday)");
    }

    private java.time.Instant instant(CelExpr with) {
        if (with.getKind() != Kind.CALL || !with.call().function().equals(Vocabulary.TIMESTAMP)) {
            throw refuse(with, Comparisons.INSTANT + " expected, found " + shown(with));
        }
        CelExpr argument = with.call().args().getFirst();
        String text = text(argument, Comparisons.INSTANT);
        return InstantText.parse(text)
                .orElseThrow(() -> refuse(argument, Comparisons.INSTANT + " expected, found `" + text + "`"));
    }

    private int number(CelExpr with, int least, int most, String expected) {
        if (with.getKind() != Kind.CONSTANT || with.constant().getKind() != CelConstant.Kind.INT64_VALUE) {
            throw refuse(with, expected + " expected, found " + shown(with));
        }
        long number = with.constant().int64Value();
        if (number < least || number > most) {
            throw refuse(with, expected + " expected, found " + number);
        }
        return (int) number;
    }

    private String text(CelExpr with, String expected) {
        if (with.getKind() != Kind.CONSTANT || with.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
            throw refuse(with, expected + " expected, found " + shown(with));
        }
        return with.constant().stringValue();
    }

    private static String shown(CelExpr part) {
        return switch (part.getKind()) {
            case IDENT -> "`" + part.ident().name() + "`";
            case CONSTANT -> "another constant";
            case CALL -> "something computed";
            case NOT_SET, SELECT, LIST, STRUCT, MAP, COMPREHENSION -> "something else";
        };
    }

    private static boolean isConstant(CelExpr part) {
        return part.getKind() == Kind.CONSTANT
                || (part.getKind() == Kind.LIST
                        && part.list().elements().stream().allMatch(CelWalk::isConstant))
                || (part.getKind() == Kind.CALL
                        && Set.of(Vocabulary.CLOCK, Vocabulary.TIMESTAMP)
                                .contains(part.call().function()));
    }

    private static Operator mirrored(Operator operator) {
        return switch (operator) {
            case LESS -> Operator.GREATER;
            case LESS_EQUALS -> Operator.GREATER_EQUALS;
            case GREATER -> Operator.LESS;
            case GREATER_EQUALS -> Operator.LESS_EQUALS;
            default -> operator;
        };
    }

    private NotLowered refuse(CelExpr part, String problem) {
        return new NotLowered(positions.start(part), problem);
    }

    /** A part has no counterpart in the formula. */
    static final class NotLowered extends RuntimeException {
        private final int offset;
        private final String problem;

        NotLowered(int offset, String problem) {
            super(problem);
            this.offset = offset;
            this.problem = problem;
        }

        int offset() {
            return offset;
        }

        String problem() {
            return problem;
        }
    }
}
