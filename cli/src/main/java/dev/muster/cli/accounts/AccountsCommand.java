package dev.muster.cli.accounts;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "accounts",
        headerHeading = "Example: muster accounts create nightly-build --description 'uploads images'%n%n",
        header = "Service accounts: programs with rights of their own.",
        subcommands = AccountsCommand.Token.class)
public final class AccountsCommand {
    private final Session session;

    AccountsCommand(Session session) {
        this.session = session;
    }

    @Command(name = "list", headerHeading = "Example: muster accounts list%n%n", header = "All service accounts.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("service-accounts"))),
                        Table.of()
                                .column("NAME", "name")
                                .column("GOOD TOKENS", "tokens")
                                .column("MADE BY", "createdByName")
                                .column("MADE", row -> Show.ago(row.text("createdAt"), session.now()))
                                .column("DESCRIPTION", "description"),
                        "name");
    }

    @Command(
            name = "create",
            headerHeading = "Example: muster accounts create nightly-build --description 'uploads images'%n%n",
            header = "A new account. It may do nothing before `muster roles bind ROLE --account NAME`.")
    void create(
            @Parameters(paramLabel = "NAME", description = "a-z, 0-9 and -.") String name,
            @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.") @Nullable String description) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        if (description != null) {
            body.put("description", description);
        }
        Printer printer = session.printer();
        printer.one(
                session.api().post(Url.of("service-accounts"), body),
                Table.of().column("Name", "name").column("Description", "description"),
                "name");
        printer.done("\nNext: muster roles bind ROLE --account " + name + " and muster accounts token create " + name);
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster accounts delete nightly-build%n%n",
            header = "End an account, its tokens and its role bindings.")
    void delete(@Parameters(paramLabel = "NAME", description = "The account.") String name) {
        session.api().delete(Url.of("service-accounts", name));
        session.printer().done("deleted " + name);
    }

    @Command(
            name = "token",
            headerHeading = "Example: muster accounts token create nightly-build --role release-manager%n%n",
            header = "What a program logs in with, as MUSTER_TOKEN or as a bearer token.",
            subcommands = Create.class)
    static final class Token {
        private final Session session;

        Token(Session session) {
            this.session = session;
        }

        @Command(
                name = "list",
                headerHeading = "Example: muster accounts token list nightly-build%n%n",
                header = "The account's tokens, without their secret.")
        void list(
                @Parameters(paramLabel = "ACCOUNT", description = "The account.") String account,
                @Mixin Paging paging) {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("service-accounts", account, "tokens"))),
                            Table.of()
                                    .column("ID", "id")
                                    .column("NAME", "name")
                                    .column("AT MOST", "role")
                                    .column("DEVICES", "selector")
                                    .column("ENDS", row -> Show.ago(row.text("expiresAt"), session.now()))
                                    .column("USED", row -> Show.ago(row.text("usedAt"), session.now())),
                            "id");
        }

        @Command(
                name = "revoke",
                headerHeading = "Example: muster accounts token revoke nightly-build 0123456789abcdef%n%n",
                header = "End a token at once.")
        void revoke(
                @Parameters(paramLabel = "ACCOUNT", description = "The account.") String account,
                @Parameters(paramLabel = "ID", description = "The token's id.") String id) {
            session.api().delete(Url.of("service-accounts", account, "tokens", id));
            session.printer().done("revoked " + id);
        }
    }

    @Command(
            name = "create",
            headerHeading =
                    "Example: muster accounts token create nightly-build --role viewer --selector site==north --expires P30D%n%n",
            header = "A new token. Shown once.")
    static final class Create implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "ACCOUNT", description = "The account.")
        private String account = "";

        @Option(names = "--name", paramLabel = "NAME", description = "What it is for.")
        private @Nullable String name;

        @Option(
                names = "--expires",
                paramLabel = "DURATION",
                defaultValue = "P90D",
                description = "ISO-8601, such as P30D; at most P366D (default: P90D).")
        private Duration expires = Duration.ofDays(90);

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                description = "The most it may do; all that the account may if left out.")
        private @Nullable String role;

        @Option(
                names = "--selector",
                paramLabel = "RSQL",
                description = "Only these devices of the account; all of its devices if left out.")
        private @Nullable String selector;

        Create(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("expiresIn", expires.toString());
            if (name != null) {
                body.put("name", name);
            }
            if (role != null) {
                body.put("role", role);
            }
            if (selector != null) {
                body.put("selector", selector);
            }
            Printer printer = session.printer();
            printer.one(
                    session.api().post(Url.of("service-accounts", account, "tokens"), body),
                    Table.of().column("Id", "id").column("Ends", "expiresAt").column("Token", "token"),
                    "token");
            printer.done(
                    "\nThe token is not shown again. A program sends it as MUSTER_TOKEN or `Authorization: Bearer`.");
        }
    }
}
