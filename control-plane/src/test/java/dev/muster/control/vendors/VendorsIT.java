package dev.muster.control.vendors;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.packages.HapFiles;
import dev.muster.control.packages.SignedHap;
import dev.muster.control.packages.TestAuthority;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The vendors that a tenant knows, and what that says of packages that are here already. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class VendorsIT {
    private static final String BUNDLE = "com.example.vendorapp";
    private static final TestAuthority VENDOR = new TestAuthority("Pump Works");
    private static final TestAuthority STORE = new TestAuthority("Profile Store");

    private static String pem(X509Certificate certificate) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static String upload(int version) {
        byte[] hap = HapFiles.hap(BUNDLE, version, "1." + version, List.of());
        return FleetApi.uploadApp(new SignedHap(VENDOR.signer("dev"), STORE.signer("profiles"), BUNDLE).sign(hap));
    }

    private static void assertVerdict(String sha256, String verdict) {
        get("/artifacts/" + sha256)
                .body("app.signature.verdict", equalTo(verdict))
                .body("app.signature.chains", nullValue());
    }

    @Test
    void packagesAreJudgedAnewWhenTheTenantLearnsOrForgetsAVendor() throws Exception {
        String before = upload(1);
        assertVerdict(before, "unknown-signer");

        String vendor = post("/vendor-roots", Map.of("pem", pem(VENDOR.root()), "note", "contract 17"))
                .statusCode(200)
                .body("items[0].subject", containsString("Pump Works"))
                .extract()
                .path("items[0].sha256");
        // The profile decides the privilege level: it must come from somebody known as well.
        assertVerdict(before, "unknown-signer");
        String store = post("/vendor-roots", Map.of("pem", pem(STORE.root())))
                .statusCode(200)
                .extract()
                .path("items[0].sha256");

        assertVerdict(before, "verified");
        String after = upload(2);
        assertVerdict(after, "verified");
        get("/vendor-roots").body("items.sha256", hasItems(vendor, store)).body("items.note", hasItem("contract 17"));
        get("/audit?object=vendor-root/" + vendor).body("items.verb", hasItem("vendor.add"));

        admin().delete("/api/v1/vendor-roots/" + vendor).then().statusCode(204);

        assertVerdict(before, "unknown-signer");
        assertVerdict(after, "unknown-signer");
        get("/vendor-roots").body("items.sha256", not(hasItem(vendor)));
        get("/audit?object=vendor-root/" + vendor).body("items.verb", hasItems("vendor.add", "vendor.remove"));
        admin().delete("/api/v1/vendor-roots/" + store).then().statusCode(204);
        admin().delete("/api/v1/vendor-roots/" + store).then().statusCode(404);
    }

    @Test
    void whatIsNoCertificateIsRefusedAndNothingIsKept() throws Exception {
        post("/vendor-roots", Map.of("pem", "hello"))
                .statusCode(400)
                .body("detail", containsString("expected certificates in PEM"));
        post("/vendor-roots", Map.of("pem", "")).statusCode(400).body("detail", containsString("`pem`"));
        post("/vendor-roots", Map.of("note", "x")).statusCode(400);
        TestAuthority other = new TestAuthority("Twice Given");
        String twice = pem(other.root());
        post("/vendor-roots", Map.of("pem", twice + twice))
                .statusCode(409)
                .body("detail", containsString("known already"));
        get("/vendor-roots").body("items.subject", not(hasItem(containsString("Twice Given"))));
    }
}
