package dev.muster.control.artifacts;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import dev.muster.control.ota.SignedOta;
import dev.muster.control.packages.HapFiles;
import dev.muster.control.packages.SignedHap;
import dev.muster.control.packages.TestAuthority;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class ArtifactsIT {
    @Test
    void aPackageIsDescribedFromItsOwnManifest() {
        String sha256 =
                FleetApi.uploadApp(HapFiles.hap("com.example.described", 12, "1.2", List.of("ohos.permission.CAMERA")));

        get("/artifacts/" + sha256)
                .statusCode(200)
                .body("kind", equalTo("app"))
                .body("name", equalTo("com.example.described"))
                .body("versionCode", equalTo(12))
                .body("hardware", equalTo("*"))
                .body("path", equalTo("apps/default/" + sha256 + ".hap"))
                .body("signer", equalTo("unsigned"))
                .body("app.versionName", equalTo("1.2"))
                .body("app.apl", equalTo("normal"))
                .body("app.permissions", contains("ohos.permission.CAMERA"));
        get("/artifacts").statusCode(200).body("items.sha256", hasItem(sha256));
        get("/audit?object=artifact/" + sha256).statusCode(200).body("items.verb", contains("artifact.upload"));
    }

    @Test
    void whoSignedAPackageAndWhatItsProfileAllowsIsKeptWithIt() {
        TestAuthority vendor = new TestAuthority("Somebody");
        byte[] signed = new SignedHap(vendor.signer("dev"), vendor.signer("profiles"), "com.example.signed")
                .apl("system_basic")
                .acls("ohos.permission.MANAGE_WIFI_CONNECTION")
                .distribution("enterprise_mdm")
                .sign(HapFiles.hap("com.example.signed", 1, "1", List.of("ohos.permission.CAMERA")));

        get("/artifacts/" + FleetApi.uploadApp(signed))
                .statusCode(200)
                .body("signer", equalTo("unknown signer"))
                .body("app.apl", equalTo("system_basic"))
                .body("app.format", equalTo("hap"))
                .body("app.signature.verdict", equalTo("unknown-signer"))
                .body("app.signature.signer", equalTo("CN=dev"))
                .body("app.signature.root", equalTo("CN=Somebody Root"))
                .body("app.profile.distribution", equalTo("enterprise_mdm"))
                .body("app.profile.apl", equalTo("system_basic"))
                .body("app.profile.acls", contains("ohos.permission.MANAGE_WIFI_CONNECTION"));
    }

    @Test
    void aBrokenSignatureIsRefusedWithTheInstallersCodeAndLeavesNothing() {
        TestAuthority vendor = new TestAuthority("Somebody");
        byte[] signed = new SignedHap(vendor.signer("dev"), vendor.signer("profiles"), "com.example.other")
                .sign(HapFiles.hap("com.example.broken", 1, "1", List.of()));

        admin().contentType("application/octet-stream")
                .body(signed)
                .post("/api/v1/artifacts?kind=app")
                .then()
                .statusCode(400)
                .body("rule", equalTo("package-profile-other-bundle"))
                .body("installerCode", equalTo(9568329));
        get("/artifacts").body("items.name", not(hasItem("com.example.broken")));
    }

    @Test
    void anOtaPackageSaysItsVersionBoardAndComponentsItself() {
        TestAuthority vendor = new TestAuthority("Board maker");
        byte[] ota = new SignedOta(vendor.signer("ota", "RSA", TestAuthority.BEGIN, Duration.ofDays(3650))).sign();

        String sha256 = admin().contentType("application/octet-stream")
                .body(ota)
                .post("/api/v1/artifacts?kind=image&releaseCounter=3")
                .then()
                .statusCode(200)
                .extract()
                .path("sha256");
        get("/artifacts/" + sha256)
                .body("version", equalTo("OpenHarmony-4.1.7.5"))
                .body("hardware", equalTo("rk3568"))
                .body("signer", equalTo("unknown signer"))
                .body("ota.softwareVersion", equalTo("OpenHarmony 4.1.7.5"))
                .body("ota.diff", equalTo(false))
                .body("ota.boards", contains("rk3568"))
                .body("ota.components.address", hasItem("/system"))
                .body("ota.signature.verdict", equalTo("unknown-signer"));
    }

    @Test
    void anOtaPackageThatIsCutOffIsNoImageEither() {
        TestAuthority vendor = new TestAuthority("Board maker");
        byte[] ota = new SignedOta(vendor.signer("ota", "RSA", TestAuthority.BEGIN, Duration.ofDays(3650))).sign();

        admin().contentType("application/octet-stream")
                .body(java.util.Arrays.copyOf(ota, ota.length - 100))
                .post("/api/v1/artifacts?kind=image&name=os&version=1&hardware=rk3568&releaseCounter=3")
                .then()
                .statusCode(400)
                .body("code", equalTo("artifact-invalid"))
                .body("rule", equalTo("package-not-a-zip"))
                .body("installerCode", equalTo(null));
    }

    @Test
    void whatIsNoPackageIsRefusedWithTheInstallersCode() {
        admin().contentType("application/octet-stream")
                .body("not a zip".getBytes(StandardCharsets.UTF_8))
                .post("/api/v1/artifacts?kind=app")
                .then()
                .statusCode(400)
                .body("code", equalTo("artifact-invalid"))
                .body("rule", equalTo("package-not-a-zip"))
                .body("installerCode", equalTo(9568262));
    }

    @Test
    void theSameUploadTwiceIsOneArtifactAndOtherBytesUnderOneVersionCodeAreRefused() {
        byte[] first = HapFiles.hap("com.example.twice", 1, "1.0", List.of());
        String sha256 = FleetApi.uploadApp(first);

        assertThat(FleetApi.uploadApp(first)).isEqualTo(sha256);
        admin().contentType("application/octet-stream")
                .body(HapFiles.hap("com.example.twice", 1, "1.0.1", List.of()))
                .post("/api/v1/artifacts?kind=app")
                .then()
                .statusCode(409)
                .body("code", equalTo("already-exists"))
                .body("detail", containsString("raise the version code"));
    }

    @Test
    void anImageNeedsItsDescription() {
        admin().contentType("application/octet-stream")
                .body(new byte[] {1})
                .post("/api/v1/artifacts?kind=image&name=os&version=1")
                .then()
                .statusCode(400)
                .body("detail", containsString("releaseCounter"));
    }

    @Test
    void aReleaseNeverChanges() {
        String sha256 = FleetApi.uploadImage("image never".getBytes(StandardCharsets.UTF_8), "5.0.0", 5);
        FleetApi.release("never", "5", sha256);

        String again = "{\"name\":\"never\",\"version\":\"5\",\"targets\":[{\"sha256\":\"" + sha256 + "\"}]}";
        postJson("/releases", again).statusCode(409).body("code", equalTo("already-exists"));
        postJson(
                        "/releases",
                        "{\"name\":\"x\",\"version\":\"1\",\"targets\":[{\"sha256\":\"" + "0".repeat(64) + "\"}]}")
                .statusCode(404)
                .body("code", equalTo("artifact-not-found"));
        postJson("/releases", "{\"name\":\"x\",\"version\":\"1\",\"absent\":[\"image\"]}")
                .statusCode(400)
                .body("detail", containsString("app/<bundle>"));
    }

    @Test
    void theTrustStatusNamesEveryRole() {
        get("/trust/status")
                .statusCode(200)
                .body("mode", equalTo("starter"))
                .body("roles.repository", hasItems("images", "director"))
                .body(
                        "roles.role",
                        hasItems("root", "targets", "snapshot", "timestamp", "publisher-default", "policy"));
    }
}
