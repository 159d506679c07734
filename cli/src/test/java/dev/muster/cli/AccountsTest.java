package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountsTest {
    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran verb(String... arguments) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), "", arguments);
    }

    @Test
    void showsANewTokenOnceAndScriptsGetNothingElse() {
        server.answer(
                "POST /api/v1/service-accounts/nightly/tokens",
                201,
                "{\"id\":\"0123456789abcdef\",\"token\":\"mst.default.0123456789abcdef.secret\",\"expiresAt\":\"2027-01-01T00:00:00Z\"}");

        Ran ran = verb(
                "accounts",
                "token",
                "create",
                "nightly",
                "--role",
                "viewer",
                "--selector",
                "site==north",
                "--expires",
                "P30D",
                "-o",
                "name");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().strip()).isEqualTo("mst.default.0123456789abcdef.secret");
        assertThat(server.calls().getFirst().body())
                .contains("\"role\":\"viewer\"")
                .contains("\"selector\":\"site==north\"")
                .contains("\"expiresIn\":\"PT720H\"");
    }

    @Test
    void bindsARoleToAnAccountOfThisServer() {
        server.answer("POST /api/v1/role-bindings", 201, "{\"id\":\"1\",\"role\":\"operator\",\"kind\":\"service\"}");

        Ran ran = verb("roles", "bind", "operator", "--account", "nightly");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls().getFirst().body())
                .contains("\"kind\":\"service\"")
                .contains("\"subject\":\"nightly\"")
                .contains("\"issuer\":\"muster\"");
    }

    @Test
    void listsAccountsAndTokens() {
        server.answer(
                "GET /api/v1/service-accounts?limit=50",
                200,
                "{\"items\":[{\"name\":\"nightly\",\"description\":\"builds\",\"createdAt\":\"2026-01-01T00:00:00Z\","
                        + "\"createdByName\":\"Ann\",\"tokens\":2}],\"next\":null}");
        server.answer(
                "GET /api/v1/service-accounts/nightly/tokens?limit=50",
                200,
                "{\"items\":[{\"id\":\"0123\",\"name\":\"ci\",\"role\":\"\",\"selector\":\"\","
                        + "\"expiresAt\":\"2027-01-01T00:00:00Z\",\"usedAt\":null}],\"next\":null}");

        assertThat(verb("accounts", "list").out())
                .contains("nightly")
                .contains("builds")
                .contains("Ann");
        assertThat(verb("accounts", "token", "list", "nightly").out())
                .contains("0123")
                .contains("ci");
    }
}
