package dev.muster.control.foureyes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.muster.control.packages.TestAuthority;
import dev.muster.control.testing.Servers;
import dev.muster.trust.keys.PemSigner;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.signing.Draft;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Vendors, and keys that this server holds, change by two people's word. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class FourEyesTrustIT extends FourEyesTenant {
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
                .body("summary", containsString("images/targets"));
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

    @Test
    void keysOfOnesOwnAreSignedAndStillHeldWhereTheServerSignsTheOtherSide() {
        tenant("eyes-own-keys");
        rule("ann", false, false, true, false).statusCode(200);
        Signer own = PemSigner.generate(PemSigner.Kind.ED25519);
        Map<String, ?> key = Map.of(
                "keytype",
                own.publicKey().keyType(),
                "scheme",
                own.publicKey().scheme(),
                "keyval",
                Map.of("public", own.publicKey().publicKey()));
        String id = as("ann")
                .body(Map.of("threshold", 1, "keys", List.of(key)))
                .put(API + "/trust/publishers/acme")
                .then()
                .statusCode(200)
                .extract()
                .path("items.find{it.role == 'publisher-acme'}.id");
        Draft draft =
                Draft.parse(as("ann").get(API + "/trust/drafts/" + id + "/file").asByteArray());

        as("ann")
                .body(new String(draft.withSignature(own).file(), StandardCharsets.UTF_8))
                .post(API + "/trust/drafts/" + id + "/signatures")
                .then()
                .statusCode(200)
                .body("state", equalTo("open"))
                .body("waiting", containsString("second person"));

        String request = waiting("trust.publish");
        approve("ann", request).statusCode(403).body("detail", containsString(NOT_YOU));
        as("ann").get(API + "/trust/status").then().body("roles.role", not(hasItem("publisher-acme")));
        approve("carl", request).statusCode(200);
        as("ann").get(API + "/trust/status").then().body("roles.role", hasItem("publisher-acme"));
    }

    private ValidatableResponse online(String who) {
        return as(who).body(Map.of("online", List.of("policy")))
                .post(API + "/trust/rotations")
                .then()
                .statusCode(200);
    }

    private static String pem(TestAuthority authority) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(authority.root().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
