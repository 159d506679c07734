package dev.muster.cli.roles;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "roles",
        headerHeading = "Example: muster roles bind operator --group /mine-north --selector site==north%n%n",
        header = "Who may do what on which devices.",
        subcommands = RolesCommand.Bind.class)
public final class RolesCommand {
    private final Session session;

    RolesCommand(Session session) {
        this.session = session;
    }

    @Command(name = "list", headerHeading = "Example: muster roles list%n%n", header = "All role bindings.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("role-bindings"))),
                        Table.of()
                                .column("ID", "id")
                                .column("ROLE", "role")
                                .column("KIND", "kind")
                                .column("SUBJECT", "subject")
                                .column("DEVICES", "selector")
                                .column("DENY", row -> row.flag("deny") ? "deny" : ""),
                        "id");
    }

    /** Exactly one of them. */
    static final class Who {
        @Option(
                names = "--person",
                paramLabel = "SUB",
                description = "A person, by the subject of the OpenID provider.")
        private @Nullable String person;

        @Option(
                names = "--service",
                paramLabel = "SUB",
                description = "A service of the OpenID provider, by its subject.")
        private @Nullable String service;

        @Option(names = "--account", paramLabel = "NAME", description = "A service account of this server.")
        private @Nullable String account;

        @Option(names = "--group", paramLabel = "GROUP", description = "Everybody with this group claim.")
        private @Nullable String group;

        Map<String, Object> members() {
            String kind = person != null ? "person" : group != null ? "group" : "service";
            String subject = Stream.of(person, service, account, group)
                    .filter(value -> value != null)
                    .findFirst()
                    .orElseThrow(() -> new CliException(
                            ExitCode.USAGE, "expected one of --person, --service, --account and --group, found none"));
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("kind", kind);
            members.put("subject", subject);
            if (account != null) {
                members.put("issuer", "muster");
            }
            return members;
        }
    }

    @Command(
            name = "bind",
            headerHeading = "Example: muster roles bind operator --group /mine-north --selector site==north%n%n",
            header = "Give (or with --deny, take) a role.")
    static final class Bind implements Runnable {
        private final Session session;

        @Parameters(
                paramLabel = "ROLE",
                description = "viewer, operator, release-manager, approver, security-officer or admin.")
        private String role = "";

        @ArgGroup(multiplicity = "1")
        private Who who = new Who();

        @Option(names = "--selector", paramLabel = "RSQL", description = "Only on these devices; all if left out.")
        private @Nullable String selector;

        @Option(
                names = "--issuer",
                paramLabel = "URL",
                description = "The OpenID provider; the server's own if left out, not for --account.")
        private @Nullable String issuer;

        @Option(names = "--deny", description = "Takes instead of giving; it wins over every other binding.")
        private boolean deny;

        Bind(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = who.members();
            body.put("role", role);
            if (selector != null) {
                body.put("selector", selector);
            }
            if (issuer != null) {
                body.put("issuer", issuer);
            }
            body.put("deny", deny);
            session.printer()
                    .one(
                            session.api().post(Url.of("role-bindings"), body),
                            Table.of()
                                    .column("Id", "id")
                                    .column("Role", "role")
                                    .column("Kind", "kind")
                                    .column("Subject", "subject")
                                    .column("Devices", "selector")
                                    .column("Deny", "deny"),
                            "id");
        }
    }

    @Command(
            name = "unbind",
            headerHeading = "Example: muster roles unbind 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Remove a role binding.")
    void unbind(@Parameters(paramLabel = "ID", description = "The binding's id.") String id) {
        session.api().delete(Url.of("role-bindings", id));
        session.printer().done("removed " + id);
    }
}
