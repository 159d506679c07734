package dev.muster.benchmarks.policy.peers;

import dev.muster.benchmarks.policy.Names;
import dev.muster.benchmarks.policy.Workload;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The workload in XACML 3.0 after its role profile: who does not request the permission is denied at once; then one policy
 * per role, reached by the subject's roles, with one rule per permission and the permission's condition in it.
 */
final class Xacml {
    static final String SUBJECT = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject";
    static final String RESOURCE = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource";
    static final String ENVIRONMENT = "urn:oasis:names:tc:xacml:3.0:attribute-category:environment";
    static final String ROLE = "urn:oasis:names:tc:xacml:2.0:subject:role";
    static final String REQUESTED = "urn:muster:requested";
    static final String PERMISSION = "urn:oasis:names:tc:xacml:1.0:resource:resource-id";
    static final String MINUTE = "urn:muster:minute";
    static final String LOCATION = "urn:muster:location";
    static final String GROUP = "urn:muster:group";

    private static final String FIRST_RULE = "urn:oasis:names:tc:xacml:1.0:rule-combining-algorithm:first-applicable";
    private static final String FUNCTION = "urn:oasis:names:tc:xacml:1.0:function:";
    private static final String STRING = "http://www.w3.org/2001/XMLSchema#string";
    private static final String INTEGER = "http://www.w3.org/2001/XMLSchema#integer";

    private Xacml() {}

    /** The whole policy set, named {@code root}. */
    static String policy(Workload workload) {
        String notRequested = apply(
                "not",
                apply(
                        "string-is-in",
                        apply("string-one-and-only", designator(RESOURCE, PERMISSION, STRING))
                                + designator(SUBJECT, REQUESTED, STRING)));
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <PolicySet xmlns="urn:oasis:names:tc:xacml:3.0:core:schema:wd-17" PolicySetId="root" Version="1.0"
                    PolicyCombiningAlgId="urn:oasis:names:tc:xacml:1.0:policy-combining-algorithm:first-applicable">
                  <Target/>
                  <Policy PolicyId="not-requested" Version="1.0" RuleCombiningAlgId="%1$s">
                    <Target/>
                    <Rule RuleId="not-requested" Effect="Deny"><Condition>%2$s</Condition></Rule>
                  </Policy>
                  %3$s
                </PolicySet>
                """.formatted(
                        FIRST_RULE,
                        notRequested,
                        IntStream.range(0, Workload.ROLES)
                                .mapToObj(role -> rolePolicy(workload, role))
                                .collect(Collectors.joining("\n")));
    }

    private static String rolePolicy(Workload workload, int role) {
        String variables =
                switch (workload.kind()) {
                    case W1 -> "";
                    case W2 ->
                        variable(MINUTE, "integer-one-and-only", INTEGER)
                                + variable(LOCATION, "string-one-and-only", STRING)
                                + variable(GROUP, "string-one-and-only", STRING);
                };
        return """
                <Policy PolicyId="%1$s" Version="1.0" RuleCombiningAlgId="%2$s">
                  %3$s
                  %4$s
                  %5$s
                </Policy>
                """.formatted(
                        Names.role(role),
                        FIRST_RULE,
                        target(SUBJECT, ROLE, Names.role(role)),
                        variables,
                        IntStream.of(workload.grants(role))
                                .mapToObj(permission -> rule(workload, permission))
                                .collect(Collectors.joining("\n")));
    }

    private static String rule(Workload workload, int permission) {
        String name = Names.permission(permission);
        String condition =
                switch (workload.kind()) {
                    case W1 -> "";
                    case W2 -> condition(workload.condition(permission));
                };
        return "<Rule RuleId=\"" + name + "\" Effect=\"Permit\">" + target(RESOURCE, PERMISSION, name) + condition
                + "</Rule>";
    }

    private static String condition(Workload.Condition condition) {
        String from = apply("integer-greater-than-or-equal", reference(MINUTE) + value(INTEGER, condition.from()));
        String to = apply("integer-less-than", reference(MINUTE) + value(INTEGER, condition.to()));
        String holds =
                switch (condition.asks()) {
                    case NOTHING -> "";
                    case TIME -> apply("and", from + to);
                    case LOCATION -> isOneOf(LOCATION, condition.locations(), Names::location);
                    case GROUP_AND_TIME -> apply("and", isOneOf(GROUP, condition.groups(), Names::group) + from + to);
                };
        return holds.isEmpty() ? "" : "<Condition>" + holds + "</Condition>";
    }

    private static String isOneOf(String attribute, int bits, IntFunction<String> name) {
        String enough = IntStream.range(0, Integer.SIZE)
                .filter(bit -> (bits >>> bit & 1) != 0)
                .mapToObj(bit -> value(STRING, name.apply(bit)))
                .collect(Collectors.joining());
        return apply("string-is-in", reference(attribute) + apply("string-bag", enough));
    }

    private static String variable(String attribute, String function, String type) {
        return "<VariableDefinition VariableId=\"" + attribute + "\">"
                + apply(function, designator(ENVIRONMENT, attribute, type)) + "</VariableDefinition>";
    }

    private static String reference(String attribute) {
        return "<VariableReference VariableId=\"" + attribute + "\"/>";
    }

    private static String target(String category, String attribute, String value) {
        return """
                <Target><AnyOf><AllOf><Match MatchId="%sstring-equal">%s%s</Match></AllOf></AnyOf></Target>
                """.formatted(FUNCTION, value(STRING, value), designator(category, attribute, STRING));
    }

    private static String apply(String function, String arguments) {
        return "<Apply FunctionId=\"" + FUNCTION + function + "\">" + arguments + "</Apply>";
    }

    private static String value(String type, Object value) {
        return "<AttributeValue DataType=\"" + type + "\">" + value + "</AttributeValue>";
    }

    private static String designator(String category, String attribute, String type) {
        return "<AttributeDesignator Category=\"" + category + "\" AttributeId=\"" + attribute + "\" DataType=\"" + type
                + "\" MustBePresent=\"false\"/>";
    }
}
