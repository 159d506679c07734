package dev.muster.control.alerts;

import dev.muster.control.access.Selector;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.policy.language.AlertRuleDocument;
import dev.muster.policy.language.AlertRuleDocument.When;
import dev.muster.policy.language.AlertRuleParser;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.language.PolicySource;
import dev.muster.protocol.alert.AlertCondition;
import dev.muster.protocol.alert.AlertCondition.Answers;
import dev.muster.protocol.alert.AlertLimit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A rule read from its text: what is wrong with it is a problem with every mistake in its place. Pure.
 *
 * @param selector that selects by data of devices only, never by the time of day
 */
record RuleText(AlertRuleDocument document, Selector selector, AlertCondition condition) {
    private static final String REQUEST = "request";
    private static final int LONGEST = 64 * 1024;

    /** The one rule of a text. */
    static RuleText parse(String yaml) {
        if (yaml.length() > LONGEST) {
            throw new ProblemException(
                    ProblemCode.TOO_LARGE,
                    "expected a rule of at most " + LONGEST + " characters, found " + yaml.length());
        }
        AlertRuleParser.Result result = AlertRuleParser.parse(new PolicySource(REQUEST, yaml));
        if (!result.errors().isEmpty()) {
            throw invalid(result.errors());
        }
        if (result.rules().size() != 1) {
            throw invalid(List.of(new PolicyError(
                    REQUEST, 1, 1, "one rule expected, found " + result.rules().size())));
        }
        AlertRuleDocument rule = result.rules().getFirst();
        return new RuleText(rule, selector(rule), condition(rule.when()));
    }

    private static Selector selector(AlertRuleDocument rule) {
        try {
            return Selector.parse(rule.devices()).timeless();
        } catch (ProblemException e) {
            throw invalid(List.of(new PolicyError(
                    REQUEST,
                    rule.devicesAt().line(),
                    rule.devicesAt().column(),
                    "AlertRule `" + rule.name() + "`: field `devices`: " + e.detail())));
        }
    }

    private static AlertCondition condition(When when) {
        return switch (when) {
            case When.Threshold threshold ->
                new AlertCondition.Threshold(threshold.metric(), new AlertLimit(threshold.above(), threshold.limit()));
            case When.Change change ->
                new AlertCondition.Change(
                        change.metric(), new AlertLimit(change.above(), change.limit()), change.within());
            case When.Absence absence -> new AlertCondition.Absence(absence.metric(), absence.longerThan());
            case When.Offline offline -> new AlertCondition.Offline();
            case When.Drift drift -> new AlertCondition.Drift();
            case When.PermissionUse use ->
                new AlertCondition.PermissionUse(
                        use.permission(),
                        Answers.valueOf(use.answers().toUpperCase(Locale.ROOT)),
                        use.above(),
                        use.within());
        };
    }

    static ProblemException invalid(List<PolicyError> errors) {
        return new ProblemException(
                ProblemCode.ALERT_RULE_INVALID,
                errors.size() + (errors.size() == 1 ? " mistake: " : " mistakes, the first: ") + errors.getFirst(),
                Map.of("errors", errors));
    }
}
