package dev.muster.policy.language.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.parser.Operator;
import java.util.Map;
import java.util.Optional;

/** Where the parts of a tree begin. The parser keeps the place of an operator or of a call's parenthesis instead. */
final class CelPositions {
    private final int[] text;
    private final Map<Long, Integer> kept;
    private final Map<Long, CelExpr> macros;

    CelPositions(String text, CelAbstractSyntaxTree tree) {
        this.text = text.codePoints().toArray();
        this.kept = tree.getSource().getPositionsMap();
        this.macros = tree.getSource().getMacroCalls();
    }

    /** Offset of the first character of a part, in code points. */
    int start(CelExpr part) {
        CelExpr macro = macros.get(part.id());
        if (macro != null) {
            // The kept call carries no id of its own; its place is that of the comprehension made from it.
            return call(macro, part.id());
        }
        return part.getKind() == Kind.CALL ? call(part, part.id()) : position(part.id());
    }

    /** Name of the macro that a comprehension was made from. */
    String macro(CelExpr part) {
        CelExpr macro = macros.get(part.id());
        return macro == null ? "a macro" : macro.call().function();
    }

    private int call(CelExpr part, long id) {
        CelExpr.CelCall call = part.call();
        Optional<CelExpr> target = call.target();
        if (target.isPresent()) {
            return start(target.get());
        }
        Optional<Operator> operator = Operator.findReverse(call.function());
        boolean infix = operator.isPresent() && call.args().size() > 1;
        if (infix) {
            return Math.min(start(call.args().getFirst()), position(id));
        }
        return operator.isPresent() ? position(id) : name(call.function(), position(id));
    }

    /** Start of the name before a parenthesis. */
    private int name(String function, int parenthesis) {
        int end = parenthesis;
        while (end > 0 && end <= text.length && Character.isWhitespace(text[end - 1])) {
            end--;
        }
        return Math.max(0, end - function.codePointCount(0, function.length()));
    }

    private int position(long id) {
        return kept.getOrDefault(id, 0);
    }
}
