package dev.muster.cli.contexts;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Context;
import dev.muster.cli.session.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code muster context}. */
@Command(
        name = "context",
        headerHeading = "Example: muster context use plant%n%n",
        header = "Servers under names: which one verbs mean, in which tenant, with which certificates.")
public final class ContextCommand {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    private static final Table ROW = Table.of()
            .column("IN USE", row -> row.flag("current") ? "*" : "")
            .column("NAME", "name")
            .column("SERVER", "server")
            .column("TENANT", "tenant")
            .column("CERTIFICATES", "caFile");

    private final Session session;

    public ContextCommand(Session session) {
        this.session = session;
    }

    @Command(name = "list", headerHeading = "Example: muster context list%n%n", header = "The kept servers.")
    void list() {
        List<Map<String, Object>> items = new ArrayList<>();
        session.contexts().forEach((name, context) -> items.add(members(name, context)));
        session.printer().list(Map.of("items", items), ROW, "name");
    }

    @Command(
            name = "set",
            headerHeading =
                    "Example: muster context set plant --server https://muster.example --ca-file plant.pem --in-tenant north%n%n",
            header = "Keep a server under a name; the first one kept is in use.")
    void set(@Parameters(paramLabel = "NAME", description = "Letters, digits, . _ -; at most 64.") String name) {
        if (!name.matches(NAME)) {
            throw new CliException(
                    ExitCode.USAGE,
                    "expected a name of letters, digits, `.`, `_` and `-`, at most 64, found `" + name + "`");
        }
        boolean first = session.contexts().isEmpty();
        Context kept = session.keepContext(name);
        if (first) {
            session.useContext(name);
        }
        session.printer().one(members(name, kept), ROW, "name");
    }

    @Command(
            name = "use",
            headerHeading = "Example: muster context use plant%n%n",
            header = "From now on verbs mean this one.")
    void use(@Parameters(paramLabel = "NAME", description = "One of the list.") String name) {
        Context kept = known(name);
        session.useContext(name);
        session.printer().done("verbs mean " + kept.server() + " from now on; log in there with `muster login`");
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster context delete plant%n%n",
            header = "Forget a name; the login at its server stays until `muster logout`.")
    void delete(@Parameters(paramLabel = "NAME", description = "One of the list.") String name) {
        known(name);
        session.forgetContext(name);
        session.printer().done("forgot " + name);
    }

    private Context known(String name) {
        return Optional.ofNullable(session.contexts().get(name))
                .orElseThrow(() -> new CliException(
                        ExitCode.NOT_FOUND,
                        "expected one of " + session.contexts().keySet() + ", found `" + name + "`"));
    }

    private Map<String, Object> members(String name, Context context) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", name);
        members.put("server", context.server());
        context.tenant().ifPresent(tenant -> members.put("tenant", tenant));
        context.caFile().ifPresent(file -> members.put("caFile", file));
        members.put("current", session.currentContext().equals(Optional.of(name)));
        return members;
    }
}
