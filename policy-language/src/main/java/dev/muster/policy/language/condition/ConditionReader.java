package dev.muster.policy.language.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.compiler.CelCompiler;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.condition.TooComplex;
import dev.muster.policy.model.Condition;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Reads one condition. Whatever the engine could not ask for on a device, at no cost and the same everywhere, is refused
 * with its position and with what could be written instead. Immutable and thread-safe; making one costs some
 * milliseconds, so one is made and kept.
 */
public final class ConditionReader {
    private final CelCompiler compiler = Vocabulary.compiler();

    /** What came of reading a condition. */
    public sealed interface Result {}

    /** The engine's formula for it. */
    public record Read(Condition condition) implements Result {}

    /** At least one problem, in order of position. */
    public record Refused(List<Problem> problems) implements Result {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * One thing that is wrong.
     *
     * @param offset position in the condition, in code points from 0
     * @param message what was expected and what was found
     */
    public record Problem(int offset, String message) {}

    /**
     * Reads a condition.
     *
     * @param zones names of zones it may ask for
     * @param shifts names of shifts it may ask for
     */
    public Result read(String text, Set<String> zones, Set<String> shifts) {
        int length = text.codePointCount(0, text.length());
        if (text.isBlank()) {
            return refused(0, "a condition expected, found nothing; leave `when` out where there is none");
        }
        if (length > Vocabulary.MAX_CODE_POINTS) {
            return refused(0, "at most " + Vocabulary.MAX_CODE_POINTS + " characters expected, found " + length);
        }
        try {
            CelValidationResult result = compiler.parse(text);
            if (!result.hasError()) {
                result = compiler.check(result.getAst());
            }
            return result.hasError() ? refused(text, result) : lower(text, result.getAst(), zones, shifts);
        } catch (CelValidationException e) {
            return refused(0, "a condition expected, found something that dev.cel cannot read: " + e.getMessage());
        }
    }

    private static Result lower(String text, CelAbstractSyntaxTree tree, Set<String> zones, Set<String> shifts) {
        try {
            Condition condition = new CelWalk(text, tree, zones, shifts).condition();
            return switch (Complexity.lower(condition)) {
                case Terms ignored -> new Read(condition);
                case TooComplex complex -> refused(0, tooComplex(complex));
            };
        } catch (CelWalk.NotLowered e) {
            return refused(e.offset(), e.problem());
        }
    }

    private static String tooComplex(TooComplex complex) {
        return "a simpler condition expected, found one that is too complex for a device: " + complex.reason()
                + "; split it over several documents or name the cases by a zone, a shift or a group";
    }

    private static Result refused(String text, CelValidationResult result) {
        List<Problem> problems = result.getErrors().stream()
                .map(issue -> CelMessages.problem(text, offset(result, issue), issue.getMessage()))
                .sorted(Comparator.comparingInt(Problem::offset))
                .distinct()
                .toList();
        // What ANTLR says after the first syntax error follows from it.
        boolean syntax = result.getErrors().stream().allMatch(issue -> issue.getExprId() == 0);
        return new Refused(syntax ? problems.subList(0, 1) : problems);
    }

    private static int offset(CelValidationResult result, CelIssue issue) {
        return Math.max(
                0,
                result.getSource().getLocationOffset(issue.getSourceLocation()).orElse(0));
    }

    private static Result refused(int offset, String message) {
        return new Refused(List.of(new Problem(offset, message)));
    }
}
