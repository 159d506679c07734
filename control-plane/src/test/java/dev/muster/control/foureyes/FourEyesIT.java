package dev.muster.control.foureyes;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.access.Guard;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.packages.TestAuthority;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What nobody does alone. Each test has a tenant of its own with the same people: administrators Ann and Bob, approver Carl,
 * release manager Rita, security officer Sam, viewer Vera.
 */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class FourEyesIT {
    private static final String API = "/api/v1";
    private static final String NOT_YOU = "another person";

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    private String tenant = "";

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

    // ---- trust

    @Test
    void twoApprovalsAtOnceCarryOutOnce() throws Exception {
        tenant("eyes-race");
        rule("ann", false, false, true, false).statusCode(200);
        String pem = pem(new TestAuthority("Race Works"));
        String id = as("ann")
                .body(Map.of("pem", pem, "note", "contract 18"))
                .post(API + "/vendor-roots")
                .then()
                .statusCode(202)
                .body("change.pem", equalTo(pem))
                .extract()
                .path("id");
        as("vera").get(API + "/vendor-roots").then().body("items.note", not(hasItem("contract 18")));

        CyclicBarrier together = new CyclicBarrier(2);
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> answers = List.of("bob", "carl").stream()
                    .map(who -> both.submit(() -> {
                        RequestSpecification request = as(who);
                        together.await();
                        return request.post(API + "/four-eyes/requests/" + id + "/approve")
                                .statusCode();
                    }))
                    .toList();
            assertThat(List.of(answers.get(0).get(), answers.get(1).get())).containsExactlyInAnyOrder(200, 409);
        }

        as("vera").get(API + "/vendor-roots").then().body("items.note.findAll{it == 'contract 18'}", hasSize(1));
        as("ann").get(API + "/audit").then().body("items.verb.findAll{it == 'vendor.add'}", hasSize(1));
    }

    @Test
    void keysThatTheServerHoldsAreChangedByTwo() {
        tenant("eyes-trust");
        as("ann").get(API + "/trust/status").then().statusCode(200);
        rule("ann", false, false, true, false).statusCode(200);

        String change = online("ann")
                .body("items.state", everyItem(equalTo("open")))
                .extract()
                .path("items[0].change");
        String request = waiting("trust.publish");
        as("ann")
                .get(API + "/four-eyes/requests/" + request)
                .then()
                .body("change.change", equalTo(change))
                .body("summary", containsString("images/root"));
        approve("ann", request).statusCode(403).body("detail", containsString(NOT_YOU));
        settle("carl", request, "reject").statusCode(200);
        as("ann").get(API + "/trust/drafts").then().body("items.state", everyItem(equalTo("discarded")));

        online("ann").body("items.state", everyItem(equalTo("open")));
        approve("carl", waiting("trust.publish")).statusCode(200);
        as("ann").get(API + "/trust/drafts").then().body("items.state", hasItem("published"));
        as("ann").get(API + "/audit").then().body("items.verb.findAll{it == 'trust.publish'}", hasSize(1));

        online("bob").body("items.state", everyItem(equalTo("open")));
        String givenUp = waiting("trust.publish");
        String draft = as("bob").get(API + "/trust/drafts").path("items.find{it.state == 'open'}.id");
        as("bob").delete(API + "/trust/drafts/" + draft).then().statusCode(204);
        approve("carl", givenUp).statusCode(409).body("detail", containsString("withdrawn"));
    }

    private ValidatableResponse online(String who) {
        return as(who).body(Map.of("online", List.of("policy")))
                .post(API + "/trust/rotations")
                .then()
                .statusCode(200);
    }

    // ---- people and things

    private void tenant(String name) {
        tenant = name;
        transactions.run(new TenantId(name), handle -> {
            handle.execute("insert into tenant (tenant) values ('" + name + "') on conflict do nothing");
            handle.execute("insert into device (id, name, status, hardware) values ('eyes-1', 'x', 'active', 'board')");
        });
        bind(RoleBinding.Kind.PERSON, "ann", Role.ADMIN);
        bind(RoleBinding.Kind.PERSON, "bob", Role.ADMIN);
        bind(RoleBinding.Kind.PERSON, "carl", Role.APPROVER);
        bind(RoleBinding.Kind.PERSON, "rita", Role.RELEASE_MANAGER);
        bind(RoleBinding.Kind.PERSON, "sam", Role.SECURITY_OFFICER);
        bind(RoleBinding.Kind.PERSON, "vera", Role.VIEWER);
    }

    private void bind(RoleBinding.Kind kind, String subject, Role role) {
        transactions.run(
                new TenantId(tenant),
                handle -> bindings.insert(
                        handle,
                        new RoleBinding(UUID.randomUUID(), kind, Tokens.ISSUER, subject, role, Selector.ALL, false),
                        "test"));
    }

    private RequestSpecification as(String subject) {
        return with(Tokens.of(subject));
    }

    private RequestSpecification with(String token) {
        return given().auth().oauth2(token).header(Guard.TENANT_HEADER, tenant).contentType(ContentType.JSON);
    }

    private ValidatableResponse rule(
            String who, boolean rollouts, boolean policies, boolean trust, boolean freezeOverrides) {
        return as(who).body(Map.of(
                        "rollouts", rollouts, "policies", policies, "trust", trust, "freezeOverrides", freezeOverrides))
                .put(API + "/four-eyes")
                .then();
    }

    private ValidatableResponse approve(String who, String request) {
        return settle(who, request, "approve");
    }

    private ValidatableResponse settle(String who, String request, String verb) {
        return as(who).post(API + "/four-eyes/requests/" + request + "/" + verb).then();
    }

    private String waiting(String kind) {
        return as("vera")
                .get(API + "/four-eyes/requests")
                .then()
                .statusCode(200)
                .extract()
                .path("items.find{it.state == 'open' && it.kind == '" + kind + "'}.id");
    }

    private String rollout(String who, boolean start) {
        return rollout(as(who), start);
    }

    private String rollout(RequestSpecification who, boolean start) {
        String release = as("rita")
                .body(Map.of(
                        "name",
                        "eyes",
                        "version",
                        UUID.randomUUID().toString(),
                        "absent",
                        List.of("app/com.example.gone")))
                .post(API + "/releases")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        Map<String, Object> body = new HashMap<>();
        body.put("name", "eyes");
        body.put("release", release);
        body.put("start", start);
        return who.body(body)
                .post(API + "/rollouts")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    private void waits(String who, String rollout) {
        as(who).get(API + "/rollouts/" + rollout)
                .then()
                .statusCode(200)
                .body("waves[0].state", equalTo("waiting"))
                .body("waves[0].reason", containsString("second person"));
    }

    private ValidatableResponse approveWave(String who, String rollout) {
        return as(who).post(API + "/rollouts/" + rollout + "/waves/0/approve").then();
    }

    private String publish(String who) {
        return as(who).body(Map.of("comment", "eyes"))
                .post(API + "/policy/publish")
                .then()
                .statusCode(200)
                .extract()
                .path("rollout");
    }

    /** A program's token: its account made by one person, the token by another. */
    private String program(String maker, String tokenMaker, String name, String role) {
        return programOf(as(maker), as(tokenMaker), name, role);
    }

    private String programOf(RequestSpecification maker, RequestSpecification tokenMaker, String name, String role) {
        maker.body(Map.of("name", name)).post(API + "/service-accounts").then().statusCode(201);
        as("ann")
                .body(Map.of("kind", "service", "issuer", "muster", "subject", name, "role", role))
                .post(API + "/role-bindings")
                .then()
                .statusCode(201);
        return tokenMaker
                .body(Map.of("name", "t"))
                .post(API + "/service-accounts/" + name + "/tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    private ValidatableResponse freeze(String who, String name, String to) {
        return as(who).body(Map.of("from", "2026-01-01T00:00:00Z", "to", to))
                .put(API + "/freezes/" + name)
                .then();
    }

    private void ends(String to) {
        as("vera").get(API + "/freezes").then().body("items[0].to", equalTo(to));
    }

    private static String pem(TestAuthority authority) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(authority.root().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
