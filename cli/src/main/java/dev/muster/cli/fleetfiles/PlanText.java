package dev.muster.cli.fleetfiles;

import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.policy.LineDiff;
import dev.muster.cli.session.Session;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plan for people: what changes, line by line, on how many devices. */
final class PlanText {
    private static final Table CHANGES = Table.of()
            .column("ACTION", "action")
            .column("KIND", "kind")
            .column("NAME", "name")
            .column("DEVICES", "devices")
            .column("FILE", PlanText::place)
            .column("NOTE", "note");

    private PlanText() {}

    static void print(Session session, Map<String, Object> answer) {
        switch (session.printer().shape()) {
            case PEOPLE -> people(session, answer);
            case WHOLE -> session.printer().whole(answer);
            case NAME -> session.printer().list(withItems(answer), CHANGES, "name");
        }
    }

    private static void people(Session session, Map<String, Object> answer) {
        Row plan = new Row(answer);
        List<Row> changes = plan.rows("changes");
        if (!changes.isEmpty()) {
            session.printer().list(withItems(answer), CHANGES, "name");
            changes.forEach(change -> details(session.out(), change));
            session.out().println();
        }
        plan.rows("deliveries").forEach(delivery -> session.out().println(told(plan.flag("applied"), delivery)));
        if (answer.get("undelivered") instanceof List<?> kinds) {
            kinds.forEach(kind ->
                    session.out().println("written and not brought to devices yet: " + kind + "; `muster apply` does"));
        }
        session.out().println(summary(plan, changes));
    }

    /** Whether there is anything to do. */
    static boolean isEmpty(Map<String, Object> answer) {
        Row plan = new Row(answer);
        return plan.rows("changes").isEmpty()
                && plan.rows("deliveries").isEmpty()
                && !(answer.get("undelivered") instanceof List<?> kinds && !kinds.isEmpty());
    }

    /** The same, where a label that only comes or goes counts as well. */
    static boolean isDone(Map<String, Object> answer) {
        return isEmpty(answer) && new Row(answer).number("labelled") == 0;
    }

    // What tables are made of.
    private static Map<String, Object> withItems(Map<String, Object> answer) {
        Map<String, Object> page = new LinkedHashMap<>(answer);
        Object changes = page.remove("changes");
        page.put("items", changes == null ? List.of() : changes);
        return page;
    }

    private static void details(PrintWriter out, Row change) {
        out.println();
        out.println(change.text("kind") + "/" + change.text("name"));
        for (Row field : change.rows("fields")) {
            String before = string(field.at("before"));
            String after = string(field.at("after"));
            if (lines(before).size() > 1 || lines(after).size() > 1) {
                LineDiff.of(lines(before), lines(after)).forEach(line -> out.println("  " + line));
            } else {
                String name = field.text("name");
                if (before != null && !before.isEmpty()) {
                    out.println("  - " + name + ": " + before);
                }
                if (after != null && !after.isEmpty()) {
                    out.println("  + " + name + ": " + after);
                }
            }
        }
    }

    private static String told(boolean applied, Row delivery) {
        String devices = delivery.number("devices") + " devices";
        String changed = delivery.at("changed") == null ? "" : ", something changes on " + delivery.text("changed");
        return (applied ? "brings " : "would bring ") + delivery.text("what") + " to " + devices + changed
                + (delivery.flag("waits") ? "; waits for a second person, who approves wave 0 of the rollout" : "")
                + (applied && delivery.at("rollout") != null ? "; rollout " + delivery.text("rollout") : "");
    }

    private static String summary(Row plan, List<Row> changes) {
        boolean applied = plan.flag("applied");
        return count(changes, "create") + (applied ? " created, " : " to create, ") + count(changes, "change")
                + (applied ? " changed, " : " to change, ") + count(changes, "delete")
                + (applied ? " deleted, " : " to delete, ") + plan.text("unchanged") + " as they are; plan "
                + plan.text("digest");
    }

    private static long count(List<Row> changes, String action) {
        return changes.stream()
                .filter(change -> change.text("action").equals(action))
                .count();
    }

    private static String place(Row change) {
        return change.at("file") == null ? Row.NONE : change.text("file") + ":" + change.text("line");
    }

    private static @Nullable String string(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static List<String> lines(@Nullable String text) {
        return text == null ? List.of() : text.strip().lines().toList();
    }
}
