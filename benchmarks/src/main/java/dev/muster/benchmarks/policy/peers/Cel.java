package dev.muster.benchmarks.policy.peers;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.muster.benchmarks.policy.Engine;
import dev.muster.benchmarks.policy.Names;
import dev.muster.benchmarks.policy.Workload;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** dev.cel with one compiled expression per permission, found by number, and a prepared map of variables per question. */
final class Cel implements Engine {
    private final CelRuntime.Program[] programs;
    private final int[] permissions;
    private final Map<String, ?>[] variables;

    Cel(Workload workload) {
        this.permissions = workload.questions().permission();
        this.programs = programs(workload);
        this.variables = variables(workload);
    }

    @Override
    public boolean isGranted(int question) {
        try {
            return (boolean) programs[permissions[question]].eval(variables[question]);
        } catch (CelEvaluationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CelRuntime.Program[] programs(Workload workload) {
        CelCompiler compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .addVar("requested", ListType.create(SimpleType.STRING))
                .addVar("roles", ListType.create(SimpleType.STRING))
                .addVar("minute", SimpleType.INT)
                .addVar("location", SimpleType.STRING)
                .addVar("group", SimpleType.STRING)
                .build();
        CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder().build();
        CelRuntime.Program[] programs = new CelRuntime.Program[Workload.PERMISSIONS];
        for (int permission = 0; permission < programs.length; permission++) {
            try {
                programs[permission] = runtime.createProgram(
                        compiler.compile(expression(workload, permission)).getAst());
            } catch (CelValidationException | CelEvaluationException e) {
                throw new IllegalStateException(e);
            }
        }
        return programs;
    }

    private static String expression(Workload workload, int permission) {
        String holders = IntStream.range(0, Workload.ROLES)
                .filter(role -> IntStream.of(workload.grants(role)).anyMatch(held -> held == permission))
                .mapToObj(role -> "'" + Names.role(role) + "' in roles")
                .collect(Collectors.joining(" || "));
        String granted = "'" + Names.permission(permission) + "' in requested && ("
                + (holders.isEmpty() ? "false" : holders) + ")";
        return workload.kind() == Workload.Kind.W1 ? granted : granted + condition(workload.condition(permission));
    }

    private static String condition(Workload.Condition condition) {
        String inTime = " && minute >= " + condition.from() + " && minute < " + condition.to();
        return switch (condition.asks()) {
            case NOTHING -> "";
            case TIME -> inTime;
            case LOCATION -> " && location in " + list(condition.locations(), Names::location);
            case GROUP_AND_TIME -> " && group in " + list(condition.groups(), Names::group) + inTime;
        };
    }

    private static String list(int bits, IntFunction<String> name) {
        return IntStream.range(0, Integer.SIZE)
                .filter(bit -> (bits >>> bit & 1) != 0)
                .mapToObj(bit -> "'" + name.apply(bit) + "'")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    @SuppressWarnings("unchecked") // An array of a generic type cannot be made otherwise.
    private static Map<String, ?>[] variables(Workload workload) {
        Workload.Questions questions = workload.questions();
        return IntStream.range(0, questions.count())
                .mapToObj(i -> Map.of(
                        "requested",
                        IntStream.of(workload.requested(questions.token()[i]))
                                .mapToObj(Names::permission)
                                .toList(),
                        "roles",
                        IntStream.of(workload.roles(questions.token()[i]))
                                .mapToObj(Names::role)
                                .toList(),
                        "minute",
                        (long) questions.minute()[i],
                        "location",
                        Names.location(questions.location()[i]),
                        "group",
                        Names.group(questions.group()[i])))
                .toArray(Map[]::new);
    }
}
