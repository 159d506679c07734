package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantsTest {
    private static final String NORTH =
            "{\"id\":\"north\",\"displayName\":\"North mine\",\"state\":\"active\",\"reason\":\"\","
                    + "\"createdAt\":\"2026-01-01T00:00:00Z\",\"createdBy\":\"i#1\",\"createdByName\":\"Ann\","
                    + "\"quotas\":{\"devices\":{\"used\":7,\"limit\":500,\"own\":true},"
                    + "\"serviceAccounts\":{\"used\":2,\"limit\":null,\"own\":false}}}";

    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran verb(String... arguments) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), "", arguments);
    }

    @Test
    void makesATenantWithItsFirstAdministrator() {
        server.answer("POST /api/v1/tenants", 201, NORTH);

        Ran ran = verb(
                "tenants",
                "create",
                "north",
                "--name",
                "North mine",
                "--admin-group",
                "north-admins",
                "--quota",
                "devices=500");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls().getFirst().body())
                .contains("\"id\":\"north\"")
                .contains("\"displayName\":\"North mine\"")
                .contains("\"kind\":\"group\"")
                .contains("\"subject\":\"north-admins\"")
                .contains("\"devices\":500");
        assertThat(ran.out()).contains("North mine").contains("500");
    }

    @Test
    void asksForAnAdministrator() {
        Ran ran = verb("tenants", "create", "north");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("--admin-group").contains("--admin-person");
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void showsWhatIsUsedOfWhatMayBe() {
        server.answer("GET /api/v1/tenants/north", 200, NORTH);

        Ran ran = verb("tenants", "show", "north");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).containsPattern("devices +7 +500 +for this tenant");
        assertThat(ran.out()).containsPattern("serviceAccounts +2 +- +for all");
    }

    @Test
    void setsLimitsAndTakesThemAway() {
        server.answer("PATCH /api/v1/tenants/north", 200, NORTH);

        assertThat(verb("tenants", "set", "north", "--quota", "devices=800", "--quota", "artifactBytes=none")
                        .exit())
                .isZero();
        assertThat(server.calls().getFirst().body()).contains("\"devices\":800").contains("\"artifactBytes\":null");
        assertThat(verb("tenants", "set", "north", "--quota", "devices=many").exit())
                .isEqualTo(2);
        assertThat(verb("tenants", "set", "north").exit()).isEqualTo(2);
    }

    @Test
    void suspendsResumesAndDeletes() {
        server.answer("PATCH /api/v1/tenants/north", 200, NORTH);
        server.answer("DELETE /api/v1/tenants/north?confirm=north", 200, NORTH);

        assertThat(verb("tenants", "suspend", "north", "--reason", "unpaid").exit())
                .isZero();
        assertThat(verb("tenants", "resume", "north").exit()).isZero();
        assertThat(verb("tenants", "delete", "north", "--confirm", "nort").exit())
                .isEqualTo(2);
        assertThat(verb("tenants", "delete", "north", "--confirm", "north").exit())
                .isZero();

        assertThat(server.calls().getFirst().body())
                .contains("\"suspended\":true")
                .contains("\"reason\":\"unpaid\"");
        assertThat(server.calls().get(1).body()).contains("\"suspended\":false");
        assertThat(server.calls()).hasSize(3);
    }

    @Test
    void actsInTheTenantThatIsNamed() {
        server.answer("GET /api/v1/tenants/north", 200, NORTH);

        verb("tenants", "show", "north");
        verb("tenants", "show", "north", "--in-tenant", "north");
        Ran.verb(
                Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url(), "MUSTER_TENANT", "south"),
                "",
                "tenants",
                "show",
                "north");
        Ran wrong = verb("tenants", "show", "north", "--in-tenant", "No\nGood");

        assertThat(server.calls()).extracting(FakeServer.Call::tenant).containsExactly("", "north", "south");
        assertThat(wrong.exit()).isEqualTo(2);
    }
}
