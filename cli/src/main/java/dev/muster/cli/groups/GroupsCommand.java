package dev.muster.cli.groups;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "groups",
        headerHeading = "Example: muster groups create pit-cameras -q 'site==pit;tag==camera'%n%n",
        header =
                "Groups of devices: static ones list members, dynamic ones are a query. Selectors name them: group==NAME.",
        subcommands = {GroupsCommand.Create.class, GroupsCommand.Set.class})
public final class GroupsCommand {
    private static final Table DETAILS = Table.of()
            .column("Name", "name")
            .column("Kind", row -> row.text("kind"))
            .column("Query", "query")
            .column("Description", "description")
            .column("Members", "members")
            .column("Created", "createdAt")
            .column("By", row -> row.named("createdByName", "createdBy"));

    private final Session session;

    GroupsCommand(Session session) {
        this.session = session;
    }

    @Command(name = "list", headerHeading = "Example: muster groups list%n%n", header = "A page of groups.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("groups"))),
                        Table.of()
                                .column("NAME", "name")
                                .column("KIND", "kind")
                                .column("MEMBERS", "members")
                                .column("QUERY", "query")
                                .column("DESCRIPTION", "description"),
                        "name");
    }

    @Command(name = "show", headerHeading = "Example: muster groups show pit-cameras%n%n", header = "One group.")
    void show(@Parameters(paramLabel = "GROUP", description = "The group's name.") String group) {
        session.printer().one(session.api().get(Url.of("groups", group)), DETAILS, "name");
    }

    @Command(
            name = "members",
            headerHeading = "Example: muster groups members pit-cameras --limit 100%n%n",
            header = "A page of a group's devices.")
    void members(
            @Parameters(paramLabel = "GROUP", description = "The group's name.") String group, @Mixin Paging paging) {
        session.api().get(Url.of("groups", group));
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("devices")).with("q", "group==" + group)),
                        Table.of()
                                .column("ID", "id")
                                .column("NAME", "name")
                                .column("STATUS", "status")
                                .column("SITE", "site")
                                .column("TAGS", "tags"),
                        "id");
    }

    @Command(
            name = "add",
            headerHeading = "Example: muster groups add spares press-07 press-08%n%n",
            header = "Put devices into a static group.")
    void add(
            @Parameters(index = "0", paramLabel = "GROUP", description = "The group's name.") String group,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "DEVICE", description = "Ids.")
                    List<String> devices) {
        change(group, Map.of("add", devices));
    }

    @Command(
            name = "remove",
            headerHeading = "Example: muster groups remove spares press-07%n%n",
            header = "Take devices out of a static group.")
    void remove(
            @Parameters(index = "0", paramLabel = "GROUP", description = "The group's name.") String group,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "DEVICE", description = "Ids.")
                    List<String> devices) {
        change(group, Map.of("remove", devices));
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster groups delete spares%n%n",
            header = "End a group; its devices stay. Selectors that name it select nothing by it from then on.")
    void delete(@Parameters(paramLabel = "GROUP", description = "The group's name.") String group) {
        session.api().delete(Url.of("groups", group));
        session.printer().done("deleted group " + group);
    }

    private void change(String group, Map<String, ?> body) {
        Map<String, Object> answer = session.api().post(Url.of("groups", group, "members"), body);
        switch (session.printer().shape()) {
            case PEOPLE -> session.printer().done(group + " has " + new Row(answer).text("members") + " members");
            case WHOLE, NAME -> session.printer().one(answer, DETAILS, "name");
        }
    }

    @Command(
            name = "create",
            headerHeading = "Example: muster groups create spares --device press-07 --device press-08%n%n",
            header = "A new group: dynamic with a query, static without one.")
    static final class Create implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "GROUP", description = "The new group's name.")
        private String group = "";

        @Option(
                names = {"-q", "--query"},
                paramLabel = "RSQL",
                description = "Whom it means, e.g. 'site==north;tag==camera'; nothing that changes with time alone.")
        private @Nullable String query;

        @Option(names = "--device", paramLabel = "DEVICE", description = "A member of a static group; repeatable.")
        private @Nullable List<String> devices;

        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
        private @Nullable String description;

        Create(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", group);
            if (query != null) {
                body.put("query", query);
            }
            if (devices != null) {
                body.put("members", devices);
            }
            if (description != null) {
                body.put("description", description);
            }
            session.printer().one(session.api().post(Url.of("groups"), body), DETAILS, "name");
        }
    }

    @Command(
            name = "set",
            headerHeading = "Example: muster groups set pit-cameras -q 'site==pit;tag==camera;api>=12'%n%n",
            header = "Change a group's query or description.")
    static final class Set implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "GROUP", description = "The group's name.")
        private String group = "";

        @Option(
                names = {"-q", "--query"},
                paramLabel = "RSQL",
                description = "Whom a dynamic group means from now on; evaluated over the whole fleet.")
        private @Nullable String query;

        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
        private @Nullable String description;

        Set(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            if (query != null) {
                body.put("query", query);
            }
            if (description != null) {
                body.put("description", description);
            }
            if (body.isEmpty()) {
                throw new CliException(ExitCode.USAGE, "expected --query or --description, found neither");
            }
            session.printer().one(session.api().patch(Url.of("groups", group), body), DETAILS, "name");
        }
    }
}
