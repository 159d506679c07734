package dev.muster.cli.rollouts;

import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;

/** Shows what a rollout would do. */
final class RolloutPreview {
    private RolloutPreview() {}

    static void print(Session session, Map<String, Object> answer) {
        Printer printer = session.printer();
        printer.one(answer, Table.of().column("Devices", "devices").column("Bytes to load", "bytes"), "devices");
        Row preview = new Row(answer);
        printer.part(preview.rows("waves"), Table.of().column("WAVE", "name").column("DEVICES", "devices"));
        groups(printer, preview, "leftOut", "LEFT OUT");
        groups(printer, preview, "expected", "EXPECTED");
        groups(printer, preview, "frozen", "FROZEN NOW");
        if (!preview.rows("takesOver").isEmpty()) {
            printer.part(
                    preview.rows("takesOver"),
                    Table.of()
                            .column("TAKES OVER FROM", "name")
                            .column("DEVICES", "devices")
                            .column("ROLLOUT", "rollout"));
        }
    }

    private static void groups(Printer printer, Row preview, String member, String title) {
        if (!preview.rows(member).isEmpty()) {
            printer.part(
                    preview.rows(member),
                    Table.of()
                            .column(title, "reason")
                            .column("KIND", "kind")
                            .column("DEVICES", "devices")
                            .column("EXAMPLE", "example"));
        }
    }
}
