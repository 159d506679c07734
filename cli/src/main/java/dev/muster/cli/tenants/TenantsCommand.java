package dev.muster.cli.tenants;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "tenants",
        headerHeading = "Example: muster tenants create north --admin-group north-admins%n%n",
        header = "Tenants, for administrators of tenant `default`; others see their own.",
        subcommands = {TenantsCommand.Create.class, TenantsCommand.Change.class})
public final class TenantsCommand {
    private static final Table DETAILS = Table.of()
            .column("Tenant", "id")
            .column("Called", "displayName")
            .column("State", "state")
            .column("Why", "reason")
            .column("Made", row -> row.text("createdAt") + " by " + row.named("createdByName", "createdBy"))
            .column("Goes from", "deleteAt")
            .column("Deleted", "deletedAt")
            .column("Trail until", "trailUntil");

    private final Session session;

    TenantsCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster tenants list%n%n",
            header = "All tenants, deleted ones too.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("tenants"))),
                        Table.of()
                                .column("TENANT", "id")
                                .column("STATE", "state")
                                .column("MADE BY", "createdByName")
                                .column("MADE", row -> Show.ago(row.text("createdAt"), session.now()))
                                .column("CALLED", "displayName"),
                        "id");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster tenants show north%n%n",
            header = "One tenant, what it uses and what it may use.")
    void show(@Parameters(paramLabel = "TENANT", description = "The tenant.") String tenant) {
        print(session.printer(), session.api().get(Url.of("tenants", tenant)));
    }

    @Command(
            name = "suspend",
            headerHeading = "Example: muster tenants suspend north --reason 'contract ended'%n%n",
            header = "Nobody of it comes in and nothing in it moves, people, programs and devices; everything is kept.")
    void suspend(
            @Parameters(paramLabel = "TENANT", description = "The tenant.") String tenant,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for both audit trails.") @Nullable String reason) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("suspended", true);
        if (reason != null) {
            body.put("reason", reason);
        }
        session.api().patch(Url.of("tenants", tenant), body);
        session.printer().done("suspended " + tenant);
    }

    @Command(
            name = "resume",
            headerHeading = "Example: muster tenants resume north%n%n",
            header = "Let a suspended tenant go on, also one whose deletion waits. Its rollouts stay paused.")
    void resume(@Parameters(paramLabel = "TENANT", description = "The tenant.") String tenant) {
        session.api().patch(Url.of("tenants", tenant), Map.of("suspended", false));
        session.printer().done("resumed " + tenant);
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster tenants delete north --confirm north%n%n",
            header = "Delete a suspended tenant for good: after a grace, or at once with --confirm.")
    void delete(
            @Parameters(paramLabel = "TENANT", description = "The tenant.") String tenant,
            @Option(
                            names = "--confirm",
                            paramLabel = "TENANT",
                            description = "Its name once more: nothing can be taken back any more.")
                    @Nullable String confirm) {
        if (confirm != null && !confirm.equals(tenant)) {
            throw new CliException(
                    ExitCode.USAGE, "expected `--confirm " + tenant + "`, found `--confirm " + confirm + "`");
        }
        session.api().delete(Url.of("tenants", tenant).with("confirm", confirm));
        session.printer()
                .done(
                        confirm == null
                                ? tenant + " will be deleted; muster tenants show " + tenant
                                        + " says when, muster tenants resume " + tenant + " takes it back"
                                : "deleting " + tenant);
    }

    @Command(
            name = "trail",
            headerHeading = "Example: muster tenants trail north%n%n",
            header = "The audit trail of a deleted tenant, while it is kept, as lines of JSON.")
    void trail(@Parameters(paramLabel = "TENANT", description = "The tenant.") String tenant) {
        session.api().text(Url.of("tenants", tenant, "trail"), session.out());
    }

    private static void print(Printer printer, Map<String, Object> answer) {
        printer.one(answer, DETAILS, "id");
        if (new Row(answer).at("quotas") instanceof Map<?, ?> quotas) {
            List<Row> rows = new ArrayList<>();
            quotas.forEach((name, value) -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", name);
                row.put("of", value);
                rows.add(new Row(row));
            });
            printer.part(
                    rows,
                    Table.of()
                            .column("QUOTA", "name")
                            .column("USED", "of.used")
                            .column("LIMIT", "of.limit")
                            .column("SET", row -> row.flag("of.own") ? "for this tenant" : "for all"));
        }
    }

    /** Limits as options. */
    static final class Quotas {
        @Option(
                names = "--quota",
                paramLabel = "NAME=COUNT",
                description =
                        "devices, artifactBytes, enrolmentTokens, serviceAccounts, rolloutsInFlight, "
                                + "commandsPerHour, telemetryMessagesPerSecond or telemetryBytesPerSecond; `NAME=none` takes the tenant's own limit away. Repeatable.")
        private Map<String, String> limits = new LinkedHashMap<>();

        void into(Map<String, Object> body) {
            Map<String, @Nullable Object> quotas = new LinkedHashMap<>();
            limits.forEach((name, limit) -> quotas.put(name, limit.equals("none") ? null : number(name, limit)));
            if (!quotas.isEmpty()) {
                body.put("quotas", quotas);
            }
        }

        private static long number(String name, String limit) {
            try {
                return Long.parseLong(limit);
            } catch (NumberFormatException e) {
                throw new CliException(
                        ExitCode.USAGE, "expected `--quota " + name + "=COUNT` or `none`, found `" + limit + "`");
            }
        }
    }

    @Command(
            name = "create",
            headerHeading =
                    "Example: muster tenants create north --name 'North mine' --admin-group north-admins --quota devices=500%n%n",
            header = "A new tenant and its first administrator. You get no rights in it.")
    static final class Create implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "TENANT", description = "a-z, 0-9 and -, a letter first, at most 32; for good.")
        private String tenant = "";

        @Option(names = "--name", paramLabel = "TEXT", description = "What people call it.")
        private @Nullable String name;

        @ArgGroup(multiplicity = "1")
        private Admin admin = new Admin();

        @Option(
                names = "--admin-issuer",
                paramLabel = "URL",
                description = "The provider of the administrator; else that of the server.")
        private @Nullable String issuer;

        @Mixin
        private Quotas quotas = new Quotas();

        Create(Session session) {
            this.session = session;
        }

        static final class Admin {
            @Option(
                    names = "--admin-group",
                    required = true,
                    paramLabel = "GROUP",
                    description = "Everybody with this group claim administers it.")
            private @Nullable String group;

            @Option(
                    names = "--admin-person",
                    required = true,
                    paramLabel = "SUBJECT",
                    description = "This person does, by the `sub` of its tokens.")
            private @Nullable String person;
        }

        @Override
        public void run() {
            Map<String, Object> first = new LinkedHashMap<>();
            String group = admin.group;
            String person = admin.person;
            if (group != null) {
                first.put("kind", "group");
                first.put("subject", group);
            } else if (person != null) {
                first.put("kind", "person");
                first.put("subject", person);
            }
            if (issuer != null) {
                first.put("issuer", issuer);
            }
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("id", tenant);
            if (name != null) {
                body.put("displayName", name);
            }
            body.put("admin", first);
            quotas.into(body);
            Printer printer = session.printer();
            print(printer, session.api().post(Url.of("tenants"), body));
            printer.done("\nIts administrator acts in it with MUSTER_TENANT=" + tenant + " or --in-tenant " + tenant);
        }
    }

    @Command(
            name = "set",
            headerHeading = "Example: muster tenants set north --quota devices=800 --quota artifactBytes=none%n%n",
            header = "Rename a tenant or change what it may use.")
    static final class Change implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "TENANT", description = "The tenant.")
        private String tenant = "";

        @Option(names = "--name", paramLabel = "TEXT", description = "What people call it.")
        private @Nullable String name;

        @Mixin
        private Quotas quotas = new Quotas();

        Change(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            if (name != null) {
                body.put("displayName", name);
            }
            quotas.into(body);
            if (body.isEmpty()) {
                throw new CliException(ExitCode.USAGE, "expected `--name` or `--quota`, found nothing to change");
            }
            print(session.printer(), session.api().patch(Url.of("tenants", tenant), body));
        }
    }
}
