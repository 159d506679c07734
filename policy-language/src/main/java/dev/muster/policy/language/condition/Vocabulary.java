package dev.muster.policy.language.condition;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.muster.policy.model.FactKind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The words of conditions and what they ask for. */
final class Vocabulary {
    static final String NETWORK = "network";
    static final String MINUTE = "minute";
    static final String WEEKDAY = "weekday";
    static final String NOW = "now";
    static final String CLOCK = "clock";
    static final String TIMESTAMP = "timestamp";

    /** Lists of names, asked as {@code 'x' in zones}. */
    static final Map<String, FactKind> LISTS = Map.of(
            "zones", FactKind.ZONE,
            "groups", FactKind.GROUP,
            "shifts", FactKind.SHIFT,
            "states", FactKind.STATE);

    /** Everything that may stand in a condition by name. */
    static final Set<String> WORDS =
            Set.of("zones", "groups", "shifts", "states", NETWORK, MINUTE, WEEKDAY, NOW, CLOCK, TIMESTAMP);

    static final int MAX_CODE_POINTS = 4_096;
    private static final int MAX_DEPTH = 64;

    private Vocabulary() {}

    /** Built once; the result is immutable and thread-safe. The macros are there only so that they can be refused by name. */
    static CelCompiler compiler() {
        var builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(CelOptions.current()
                        .maxExpressionCodePointSize(MAX_CODE_POINTS)
                        .maxParseRecursionDepth(MAX_DEPTH)
                        .maxParseErrorRecoveryLimit(10)
                        .populateMacroCalls(true)
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar(NETWORK, SimpleType.STRING)
                .addVar(MINUTE, SimpleType.INT)
                .addVar(WEEKDAY, SimpleType.INT)
                .addVar(NOW, SimpleType.TIMESTAMP)
                .addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                        CLOCK, CelOverloadDecl.newGlobalOverload("clock_string", SimpleType.INT, SimpleType.STRING)))
                .setResultType(SimpleType.BOOL);
        LISTS.keySet().forEach(list -> builder.addVar(list, ListType.create(SimpleType.STRING)));
        return builder.build();
    }

    static Optional<FactKind> list(String name) {
        return Optional.ofNullable(LISTS.get(name));
    }
}
