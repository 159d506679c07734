package dev.muster.control.foureyes;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What nobody does alone. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class FourEyesIT extends FourEyesTenant {
    // ---- the rule

    @Test
    void theRuleIsStrongerAtOnceAndWeakerOnlyByASecondAdministrator() {
        tenant("eyes-rule");
        as("vera")
                .get(API + "/four-eyes")
                .then()
                .statusCode(200)
                .header("ETag", equalTo("\"0\""))
                .body("rollouts", equalTo(false))
                .body("trust", equalTo(false))
                .body("pending", nullValue());

        rule("ann", true, false, true, false).statusCode(200).body("trust", equalTo(true));
        as("ann")
                .header("If-Match", "\"0\"")
                .body(Map.of("rollouts", true, "policies", true, "trust", true, "freezeOverrides", true))
                .put(API + "/four-eyes")
                .then()
                .statusCode(412);
        // One wish makes it stronger and weaker: the one counts now, the other waits.
        String id = rule("ann", true, true, false, false)
                .statusCode(202)
                .body("policies", equalTo(true))
                .body("trust", equalTo(true))
                .body("pending.change.off", equalTo(List.of("trust")))
                .extract()
                .path("pending.id");
        rule("bob", true, true, false, false).statusCode(409).body("detail", containsString(id));

        approve("ann", id).statusCode(403).body("detail", containsString(NOT_YOU));
        approve("carl", id).statusCode(403).body("detail", containsString("`admin`"));
        as("vera").get(API + "/four-eyes").then().body("trust", equalTo(true));
        approve("bob", id).statusCode(200).body("state", equalTo("approved")).body("settledByName", equalTo("bob"));

        as("vera")
                .get(API + "/four-eyes")
                .then()
                .body("trust", equalTo(false))
                .body("rollouts", equalTo(true))
                .body("pending", nullValue());
        as("ann").get(API + "/audit?object=four-eyes").then().body("items.verb", everyItem(equalTo("four-eyes.set")));
        as("ann")
                .get(API + "/audit?object=four-eyes-request/" + id)
                .then()
                .body("items.verb", hasItems("four-eyes.ask", "four-eyes.approve"));
    }

    @Test
    void whatIsRejectedOrWithdrawnNeverHappens() {
        tenant("eyes-reject");
        rule("ann", true, true, true, true).statusCode(200);
        String first =
                rule("ann", false, true, true, true).statusCode(202).extract().path("pending.id");
        settle("ann", first, "reject").statusCode(403).body("detail", containsString(NOT_YOU));
        settle("bob", first, "withdraw").statusCode(403);
        as("carl")
                .body(Map.of("reason", "not in winter"))
                .post(API + "/four-eyes/requests/" + first + "/reject")
                .then()
                .statusCode(200)
                .body("state", equalTo("rejected"))
                .body("reason", equalTo("not in winter"));
        approve("bob", first).statusCode(409).body("detail", containsString("rejected"));
        String second =
                rule("ann", false, true, true, true).statusCode(202).extract().path("pending.id");
        settle("ann", second, "withdraw").statusCode(200).body("state", equalTo("withdrawn"));
        approve("bob", second).statusCode(409);

        as("vera").get(API + "/four-eyes").then().body("rollouts", equalTo(true));
        as("vera")
                .get(API + "/four-eyes/requests")
                .then()
                .body("items.state", equalTo(List.of("withdrawn", "rejected")));
    }

    // ---- rollouts

    @Test
    void whoAskedForARolloutCannotApproveItByAnyTrick() {
        tenant("eyes-rollout");
        rule("ann", true, false, false, false).statusCode(200);
        String id = rollout("rita", true);
        waits("rita", id);

        approveWave("rita", id).statusCode(403).body("detail", containsString("`approver`"));
        bind(RoleBinding.Kind.PERSON, "rita", Role.APPROVER);
        approveWave("rita", id).statusCode(403).body("detail", containsString(NOT_YOU));
        bind(RoleBinding.Kind.PERSON, "rita", Role.ADMIN);
        approveWave("rita", id).statusCode(403).body("detail", containsString(NOT_YOU));
        bind(RoleBinding.Kind.GROUP, "approvers", Role.APPROVER);
        with(Tokens.of("rita", "approvers"))
                .post(API + "/rollouts/" + id + "/waves/0/approve")
                .then()
                .statusCode(403)
                .body("detail", containsString(NOT_YOU));
        // A program of her own, and one of the provider.
        String token = program("rita", "rita", "ritas-bot", "approver");
        with(token)
                .post(API + "/rollouts/" + id + "/waves/0/approve")
                .then()
                .statusCode(403)
                .body("detail", containsString("a program approves nothing"));
        bind(RoleBinding.Kind.SERVICE, "ritas-client", Role.APPROVER);
        approveWave("ritas-client", id).statusCode(403).body("detail", containsString("service of the provider"));
        waits("rita", id);

        approveWave("carl", id).statusCode(200).body("waves[0].state", equalTo("running"));
    }

    @Test
    void whoStandsBehindAProgramCannotApproveWhatItAskedFor() {
        tenant("eyes-program");
        rule("ann", true, false, false, false).statusCode(200);
        // Ann made the account, Bob its token: either could have been the one who asks.
        String token = program("ann", "bob", "builder", "release-manager");
        String id = rollout(with(token), true);
        // Programs that programs make have the same people behind them.
        bind(RoleBinding.Kind.PERSON, "dora", Role.ADMIN);
        String maker = program("dora", "dora", "maker", "admin");
        String made = programOf(with(maker), with(maker), "made", "release-manager");
        String second = rollout(with(made), true);
        as("ann").delete(API + "/service-accounts/maker").then().statusCode(204);
        as("ann").delete(API + "/service-accounts/made").then().statusCode(204);
        as("ann").delete(API + "/service-accounts/builder").then().statusCode(204);

        approveWave("ann", id).statusCode(403).body("detail", containsString(NOT_YOU));
        approveWave("bob", id).statusCode(403).body("detail", containsString(NOT_YOU));
        approveWave("dora", second).statusCode(403).body("detail", containsString(NOT_YOU));

        approveWave("dora", id).statusCode(200).body("waves[0].state", equalTo("running"));
        approveWave("carl", second).statusCode(200).body("waves[0].state", equalTo("running"));
    }

    @Test
    void aRolloutFromBeforeTheRuleIsApprovedBeforeItStarts() {
        tenant("eyes-before");
        String id = rollout("rita", false);
        rule("ann", true, false, false, false).statusCode(200);

        as("rita")
                .post(API + "/rollouts/" + id + "/start")
                .then()
                .statusCode(409)
                .body("code", equalTo("second-person-needed"))
                .body("detail", containsString("approves wave 0"));
        bind(RoleBinding.Kind.PERSON, "rita", Role.APPROVER);
        approveWave("rita", id).statusCode(403);
        approveWave("carl", id).statusCode(200).body("state", equalTo("ready"));

        as("rita")
                .post(API + "/rollouts/" + id + "/start")
                .then()
                .statusCode(200)
                .body("waves[0].state", equalTo("running"));
    }

    @Test
    void whoStartsWhatAnotherMadeIsNoSecondPersonEither() {
        tenant("eyes-starter");
        rule("ann", true, false, false, false).statusCode(200);
        String id = rollout("rita", false);

        as("ann").post(API + "/rollouts/" + id + "/start").then().statusCode(200);

        approveWave("ann", id).statusCode(403).body("detail", containsString(NOT_YOU));
        waits("rita", id);
        approveWave("bob", id).statusCode(200);
    }

    @Test
    void aPolicyThatWaitsEndsNoPolicyThatIsOnItsWay() {
        tenant("eyes-policy");
        EncoderConfig text = EncoderConfig.encoderConfig().encodeContentTypeAs("application/yaml", ContentType.TEXT);
        as("sam")
                .config(RestAssured.config().encoderConfig(text))
                .contentType("application/yaml")
                .body("""
                        apiVersion: muster.dev/v1
                        kind: Role
                        metadata: {name: cam}
                        spec:
                          permissions: [ohos.permission.CAMERA]
                        """)
                .put(API + "/policy/documents")
                .then()
                .statusCode(200);
        String running = publish("sam");
        as("sam").get(API + "/rollouts/" + running).then().body("waves[0].state", equalTo("running"));
        rule("ann", false, true, false, false).statusCode(200);

        String first = publish("sam");
        String second = publish("sam");

        waits("sam", second);
        as("sam").get(API + "/rollouts/" + first).then().body("state", equalTo("superseded"));
        as("sam").get(API + "/rollouts/" + running).then().body("state", equalTo("running"));
        bind(RoleBinding.Kind.PERSON, "sam", Role.APPROVER);
        approveWave("sam", second).statusCode(403).body("detail", containsString(NOT_YOU));
        approveWave("carl", second).statusCode(200).body("waves[0].state", equalTo("running"));
        as("sam").get(API + "/rollouts/" + running).then().body("state", equalTo("superseded"));
    }

    // ---- freezes

    @Test
    void aFreezeIsLiftedOrMadeWeakerByTwo() {
        tenant("eyes-freeze");
        freeze("rita", "harvest", "2099-10-01T00:00:00Z").statusCode(200);
        rule("ann", false, false, false, true).statusCode(200);

        freeze("rita", "harvest", "2099-11-01T00:00:00Z").statusCode(200);
        String weaker = freeze("rita", "harvest", "2030-01-01T00:00:00Z")
                .statusCode(202)
                .body("summary", containsString("harvest"))
                .extract()
                .path("id");
        as("rita").delete(API + "/freezes/harvest").then().statusCode(409);
        ends("2099-11-01T00:00:00Z");
        bind(RoleBinding.Kind.PERSON, "rita", Role.APPROVER);
        approve("rita", weaker).statusCode(403).body("detail", containsString(NOT_YOU));
        approve("carl", weaker).statusCode(200);
        ends("2030-01-01T00:00:00Z");

        String lift = as("rita")
                .delete(API + "/freezes/harvest")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        approve("carl", lift).statusCode(200);
        as("vera").get(API + "/freezes").then().body("items", hasSize(0));
        as("ann")
                .get(API + "/audit?object=freeze/harvest")
                .then()
                .body("items.verb", hasItems("freeze.put", "freeze.delete"));
    }

    @Test
    void anOverrideOfFreezesIsApprovedByAnApprover() {
        tenant("eyes-override");
        rule("ann", false, false, false, true).statusCode(200);
        String id = rollout("rita", false);
        as("rita")
                .body(Map.of("reason", "it is on fire"))
                .post(API + "/rollouts/" + id + "/override")
                .then()
                .statusCode(200)
                .body("override.state", equalTo("asked"));
        String request = waiting("rollout.override");

        as("ann")
                .body(Map.of("reason", "me too"))
                .post(API + "/rollouts/" + id + "/override")
                .then()
                .statusCode(409)
                .body("code", equalTo("second-person-needed"))
                .body("detail", containsString(request));
        approve("carl", request).statusCode(200);

        as("rita")
                .get(API + "/rollouts/" + id)
                .then()
                .body("override.state", equalTo("agreed"))
                .body("override.agreedBy", equalTo(Tokens.ISSUER + "#carl"));
    }

    @Test
    void anExpiredRequestIsAsGoodAsNone() {
        tenant("eyes-expired");
        freeze("rita", "winter", "2099-10-01T00:00:00Z").statusCode(200);
        rule("ann", false, false, false, true).statusCode(200);
        String late = as("rita")
                .delete(API + "/freezes/winter")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        transactions.run(
                new TenantId(tenant), handle -> handle.execute("update four_eyes_request set expires_at = now()"));

        approve("carl", late).statusCode(409).body("detail", containsString("expired"));

        as("vera").get(API + "/freezes").then().body("items", hasSize(1));
        as("vera").get(API + "/four-eyes/requests/" + late).then().body("state", equalTo("expired"));
        as("rita").delete(API + "/freezes/winter").then().statusCode(202);
    }
}
