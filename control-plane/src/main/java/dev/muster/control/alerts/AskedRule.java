package dev.muster.control.alerts;

import dev.muster.control.access.Selector;
import dev.muster.protocol.alert.AlertRule;

/** A rule that somebody wrote and nobody stored, for what only looks at it. */
public record AskedRule(String name, String severity, Selector selector, AlertRule rule) {
    /** The one rule of a text; a problem with every mistake in its place if it is not good. */
    public static AskedRule parse(String yaml) {
        RuleText text = RuleText.parse(yaml);
        return new AskedRule(
                text.document().name(),
                text.document().severity(),
                text.selector(),
                new AlertRule(0, text.condition(), text.document().holds()));
    }
}
