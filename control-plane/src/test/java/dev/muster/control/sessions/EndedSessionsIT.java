package dev.muster.control.sessions;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.muster.control.access.EndedSessionStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What logout tokens do here; what the real Keycloak sends is shown by {@code LoginST}. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class EndedSessionsIT {
    @Inject
    TenantTransactions transactions;

    @Inject
    EndedSessionStore store;

    @Inject
    Clock clock;

    @Test
    void endsTheTokensOfTheSessionInEveryTenantAndOfNoOther() {
        String ended = Tokens.inSession("ended-ann", "ended-1");
        String other = Tokens.inSession("ended-ann", "ended-2");
        String without = Tokens.of("ended-ann");
        assertThat(me(ended)).isEqualTo(200);

        assertThat(tell(Tokens.logout("ended-ann", "ended-1", "muster-cli", "ended-jti-1")))
                .isEqualTo(200);

        assertThat(me(ended)).isEqualTo(401);
        given().auth()
                .oauth2(ended)
                .header("Muster-Tenant", "anywhere")
                .get("/api/v1/me")
                .then()
                .statusCode(401)
                .body("detail", containsString("session has ended"));
        assertThat(me(other)).isEqualTo(200);
        assertThat(me(without)).as("it may be of that session").isEqualTo(401);
        assertThat(me(Tokens.of("ended-bob"))).isEqualTo(200);
    }

    @Test
    void takesALogoutTokenOnceAndForOurClientsOnly() {
        String token = Tokens.logout("ended-cem", "ended-3", "muster-console", "ended-jti-2");

        assertThat(tell(Tokens.logout("ended-cem", "ended-3", "muster-api", "ended-jti-3")))
                .isEqualTo(400);
        assertThat(tell(token)).isEqualTo(200);
        assertThat(tell(token)).isEqualTo(400);
    }

    @Test
    void aTokenForOurClientsIsNoLoginWhateverThePathIsCalled() {
        String token = Tokens.of(Tokens.ISSUER, "muster-console", "root", Duration.ofMinutes(5), Tokens.ADMINS);

        assertThat(me(token)).isEqualTo(401);
        // The library would pick the configuration that is called like the last word of the path.
        assertThat(given().auth().oauth2(token).get("/api/v1/devices/logout").statusCode())
                .isEqualTo(401);
    }

    @Test
    void forgetsWhatIsOver() {
        Instant now = clock.instant();
        EndedSessionStore.Ended old =
                new EndedSessionStore.Ended(Tokens.ISSUER, "ended-jti-old", "ended-4", null, now.minusSeconds(10));
        transactions.run(TenantId.DEFAULT, handle -> store.insert(handle, old, now.minusSeconds(1), now));

        assertThat(tell(Tokens.logout("ended-dee", "ended-5", "muster-cli", "ended-jti-4")))
                .isEqualTo(200);

        List<String> kept = transactions.in(TenantId.DEFAULT, handle -> handle.createQuery(
                        "select jti from ended_session where jti in ('ended-jti-old', 'ended-jti-4')")
                .mapTo(String.class)
                .list());
        assertThat(kept).containsExactly("ended-jti-4");
    }

    private static int me(String token) {
        return given().auth().oauth2(token).get("/api/v1/me").statusCode();
    }

    private static int tell(String token) {
        return given().contentType("application/x-www-form-urlencoded")
                .formParam("logout_token", token)
                .post("/api/v1/sessions/back-channel-logout")
                .statusCode();
    }
}
