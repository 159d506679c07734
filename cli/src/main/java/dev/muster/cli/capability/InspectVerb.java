package dev.muster.cli.capability;

import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import dev.muster.policy.delegation.Delegation;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.EffectiveRight;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        headerHeading = "Example: muster capability inspect tablet.chain%n%n",
        header = "What a chain hands on, block by block, and what is left of it; no server is needed.",
        footer =
                "Exit code 1 when the chain is not good. Whether its root is in force, and whether a block was revoked, only"
                        + " a device knows.")
final class InspectVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "FILE", description = "The chain, or - for standard input.")
    private String file = "";

    InspectVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        DelegationChain chain = ChainFiles.read(session.shell(), file);
        List<String> problems = chain.problems();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("tenant", chain.root().tenant());
        answer.put("capability", chain.root().capability());
        answer.put("rootHolder", chain.root().holder().text());
        answer.put("rootId", chain.ids().getFirst());
        answer.put("holder", chain.holder().text());
        answer.put("blocks", blocks(chain));
        answer.put("gives", chain.blocks().isEmpty() ? null : gives(EffectiveRight.of(chain.rights())));
        answer.put("good", problems.isEmpty());
        answer.put("problems", problems);
        session.printer()
                .one(
                        answer,
                        Table.of()
                                .column("Capability", "capability")
                                .column("Tenant", "tenant")
                                .column("Given to", "rootHolder")
                                .column("Root id", "rootId")
                                .column("Held by", "holder")
                                .column("Permissions", row -> all(row, "gives.permissions"))
                                .column("Apps", row -> all(row, "gives.apps"))
                                .column("Devices", row -> all(row, "gives.devices"))
                                .column("While", row -> all(row, "gives.conditions"))
                                .column("From", "gives.from")
                                .column("Until", row -> until(row))
                                .column("May go on", "gives.depth")
                                .column("Chain", row -> row.flag("good") ? "good" : "NOT GOOD"),
                        "holder");
        session.printer()
                .part(
                        new Row(answer).rows("blocks"),
                        Table.of()
                                .column("BLOCK", "block")
                                .column("TO", "to")
                                .column("PERMISSIONS", "permissions")
                                .column("APPS", "apps")
                                .column("DEVICES", "devices")
                                .column("WHILE", "condition")
                                .column("FROM", "from")
                                .column("UNTIL", "until")
                                .column("DEPTH", "depth")
                                .column("REVOCATION ID", "id"));
        session.out().flush();
        problems.forEach(problem -> session.err().println("muster: chain-not-good: " + problem));
        return (problems.isEmpty() ? ExitCode.OK : ExitCode.FAILED).number();
    }

    private String until(Row row) {
        String text = row.text("gives.until");
        return row.at("gives.until") != null && !session.now().isBefore(Instant.parse(text))
                ? text + " (has ended)"
                : text;
    }

    private static String all(Row row, String path) {
        String text = row.text(path);
        return text.isEmpty() || text.equals(Row.NONE) ? "as the capability" : text;
    }

    private static List<Map<String, Object>> blocks(DelegationChain chain) {
        List<Map<String, Object>> blocks = new ArrayList<>();
        for (int i = 0; i < chain.blocks().size(); i++) {
            Delegation right = chain.rights().get(i);
            Map<String, Object> block = new LinkedHashMap<>();
            block.put("block", i + 1);
            block.put("id", chain.ids().get(i + 1));
            block.put("to", right.holder().text());
            block.put("permissions", List.copyOf(right.permissions()));
            block.put("apps", List.copyOf(right.bundles()));
            block.put("devices", List.copyOf(right.devices()));
            block.put("condition", right.conditionText().orElse(null));
            block.put("from", right.notBefore().toString());
            block.put("until", right.notAfter().toString());
            block.put("depth", right.depth());
            blocks.add(block);
        }
        return blocks;
    }

    private static Map<String, Object> gives(EffectiveRight right) {
        Map<String, Object> gives = new LinkedHashMap<>();
        gives.put("permissions", list(right.permissions()));
        gives.put("apps", list(right.bundles()));
        gives.put("devices", list(right.devices()));
        gives.put("conditions", right.conditions());
        gives.put("from", right.from().toString());
        gives.put("until", right.until().toString());
        gives.put("depth", right.depth());
        gives.put("nothing", right.isNothing());
        return gives;
    }

    private static List<String> list(Collection<String> names) {
        return List.copyOf(names);
    }
}
