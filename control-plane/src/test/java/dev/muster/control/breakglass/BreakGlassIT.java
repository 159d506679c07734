package dev.muster.control.breakglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.muster.control.testing.PackagedServers;
import dev.muster.standalone.breakglass.BreakGlassCommand;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The packaged server whose OpenID provider cannot be reached, and the command that the operator of the machine has. */
class BreakGlassIT {
    /** Port 1 is nobody's. */
    private static final Map<String, String> NO_PROVIDER = Map.of(
            "quarkus.oidc.public-key", "",
            "quarkus.oidc.auth-server-url", "http://127.0.0.1:1/realms/none");

    @TempDir
    static Path directory;

    private static PackagedServers servers;
    private static PackagedServers.Instance server;

    @BeforeAll
    static void start() throws Exception {
        servers = new PackagedServers(directory);
        server = servers.start("glass", NO_PROVIDER);
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void letsTheOperatorInWhileTheProviderCannotBeReachedAndTheTrailTellsIt() throws Exception {
        server.admin().get("/api/v1/me").then().statusCode(503);
        String secret = create();

        with(secret)
                .get("/api/v1/me")
                .then()
                .statusCode(200)
                .body("name", containsString("break-glass"))
                .body("breakGlass.id", equalTo(id(secret)))
                .body("breakGlass.madeBy", not(emptyOrNullString()))
                .body("breakGlass.firstUsedAt", notNullValue())
                .body("roles[0].role", equalTo("admin"));
        with(secret)
                .body(Map.of("kind", "group", "subject", "/rescued", "role", "admin"))
                .post("/api/v1/role-bindings")
                .then()
                .statusCode(201);

        String id = id(secret);
        assertThat(trail(id)).startsWith("break-glass.create done").contains("break-glass.use done");
        assertThat(
                        texts(
                                "select actor from audit where verb = 'role-binding.create' and detail ->> 'subject' = '/rescued'"))
                .containsExactly("muster#break-glass/" + id);
        assertThat(texts(
                        "select detail ->> 'request' from audit where verb = 'break-glass.use' and object = 'break-glass/"
                                + id + "'"))
                .contains("GET /me", "POST /role-bindings");
        assertThat(directory.resolve("glass.log"))
                .content()
                .contains("WARN")
                .contains("break-glass login " + id + " USED: GET /me")
                .doesNotContain(secret);
        assertThat(texts("select encode(hash, 'escape') from break_glass"))
                .noneMatch(hash -> hash.contains(secret.substring(20)));
    }

    @Test
    void asksForNothingThatASecondPersonWouldHaveToAgreeTo() throws Exception {
        String secret = create();
        Map<String, Boolean> stronger =
                Map.of("rollouts", true, "policies", false, "trust", false, "freezeOverrides", false);
        Map<String, Boolean> weaker =
                Map.of("rollouts", false, "policies", false, "trust", false, "freezeOverrides", false);
        String before = with(secret).get("/api/v1/four-eyes").then().extract().header("ETag");
        String after = with(secret)
                .header("If-Match", before)
                .body(stronger)
                .put("/api/v1/four-eyes")
                .then()
                .statusCode(200)
                .extract()
                .header("ETag");

        with(secret)
                .header("If-Match", after)
                .body(weaker)
                .put("/api/v1/four-eyes")
                .then()
                .statusCode(403)
                .body("detail", containsString("nobody can tell who that was"));
        assertThat(texts("select array_to_string(kinds, ',') from four_eyes_rule where tenant = 'default'"))
                .containsExactly("rollouts");
        assertThat(texts("select state from four_eyes_request where tenant = 'default'"))
                .isEmpty();
    }

    @Test
    void letsNobodyIntoAnotherTenant() {
        String secret = create();

        with(secret)
                .header("Muster-Tenant", "elsewhere")
                .get("/api/v1/me")
                .then()
                .statusCode(401);
    }

    @Test
    void endsAfterFiveWrongSecretsAlsoForTheRightOne() throws Exception {
        String secret = create();
        String wrong = secret.substring(0, secret.length() - 1) + (secret.endsWith("A") ? "B" : "A");

        with(wrong).get("/api/v1/me").then().statusCode(401);
        with(secret).get("/api/v1/me").then().statusCode(200);
        for (int i = 1; i < BreakGlass.MOST_FAILURES; i++) {
            with(wrong).get("/api/v1/me").then().statusCode(401);
        }

        with(secret).get("/api/v1/me").then().statusCode(401);
        assertThat(trail(id(secret)))
                .filteredOn("break-glass.use refused"::equals)
                .hasSize(6);
    }

    @Test
    void refusesWhatIsNoneOfOurs() {
        create();

        for (String text : List.of(
                "mbg.", "mbg.0000000000000000.x", "mbg.x'y.z", "mbg.0000000000000000." + "a".repeat(5000), "mbg..")) {
            with(text).get("/api/v1/me").then().statusCode(401);
        }
    }

    @Test
    void endsWithItsTimeAndOneHourAfterItsFirstUse() throws Exception {
        String expired = create();
        execute("update break_glass set expires_at = now() - interval '1 second' where id = '" + id(expired) + "'");
        with(expired).get("/api/v1/me").then().statusCode(401);

        String used = create();
        execute("update break_glass set first_used_at = now() - interval '59 minutes' where id = '" + id(used) + "'");
        with(used).get("/api/v1/me").then().statusCode(200);
        execute("update break_glass set first_used_at = now() - interval '61 minutes' where id = '" + id(used) + "'");
        with(used).get("/api/v1/me").then().statusCode(401);
        assertThat(trail(id(used)).getLast()).isEqualTo("break-glass.use refused");
    }

    @Test
    void endsWhenItIsRevokedAndWhenAnotherIsMade() throws Exception {
        String first = create();
        String second = create();

        with(first).get("/api/v1/me").then().statusCode(401);
        with(second).get("/api/v1/me").then().statusCode(200);
        assertThat(run("show")).contains(id(second)).contains("1 uses since").doesNotContain(second);
        assertThat(run("revoke")).contains("revoked " + id(second));
        with(second).get("/api/v1/me").then().statusCode(401);
        assertThat(run("revoke")).contains("there is none to revoke");
        assertThat(trail(id(first))).contains("break-glass.revoke done");
        assertThat(trail(id(second))).contains("break-glass.revoke done");
    }

    @Test
    void liesReadyForADayAtMost() {
        CommandLine command = command(new ByteArrayOutputStream());

        int exit = command.execute("create", "--for", "PT25H", "--settings", settings());

        assertThat(exit).isNotZero();
    }

    @Test
    void theServerItselfCanMakeNone() throws Exception {
        assertThat(texts("""
                select privilege_type from information_schema.role_table_grants
                where table_schema = 'muster' and table_name = 'break_glass' and grantee = 'muster_app'""")).containsExactly("SELECT");
        assertThat(texts("""
                select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                where n.nspname = 'muster' and p.proname like 'break_glass%'
                  and has_function_privilege('muster_app', p.oid, 'execute')""")).isEmpty();
    }

    private static String create() {
        return run("create").lines().findFirst().orElseThrow();
    }

    private static String run(String verb) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertThat(command(said).execute(verb, "--settings", settings())).isZero();
        return said.toString(StandardCharsets.UTF_8);
    }

    private static CommandLine command(ByteArrayOutputStream out) {
        return new CommandLine(new BreakGlassCommand(new PrintStream(out, true, StandardCharsets.UTF_8)));
    }

    private static String settings() {
        return directory.resolve("glass.properties").toString();
    }

    private static String id(String secret) {
        return secret.split("\\.", -1)[1];
    }

    private static RequestSpecification with(String secret) {
        return RestAssured.given()
                .baseUri(server.address().toString())
                .auth()
                .oauth2(secret)
                .contentType(ContentType.JSON);
    }

    private static List<String> trail(String id) throws SQLException {
        return texts("select verb || ' ' || outcome from audit where object = 'break-glass/" + id + "' order by id");
    }

    private static List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection database = servers.database();
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private static void execute(String sql) throws SQLException {
        try (Connection database = servers.database();
                Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }
}
