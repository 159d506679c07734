package dev.muster.control.garbage;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.FleetApi.release;
import static dev.muster.control.testing.FleetApi.rollout;
import static dev.muster.control.testing.FleetApi.uploadImage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.muster.control.access.Caller;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactBytes;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.control.testing.TurnedClock;
import dev.muster.control.trustrepo.TrustService;
import dev.muster.protocol.delta.DeltaPath;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@TestProfile(TurnedClock.Profile.class)
@QuarkusTestResource(Servers.class)
@SuppressWarnings("NullAway.Init")
class GarbageIT {
    private static final TenantId OTHER = new TenantId("garbage");
    private static final Caller SERVER = new Caller.Server(TenantId.DEFAULT, "test");

    @Inject
    TurnedClock clock;

    @Inject
    GarbageService service;

    @Inject
    GarbageStore store;

    @Inject
    ArtifactService artifacts;

    @Inject
    ArtifactBytes bytes;

    @Inject
    TrustService trust;

    @Inject
    TenantTransactions transactions;

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    @Test
    void whatNothingNeedsIsYoungThenMarkedThenGoneAndCanComeAgain() throws IOException {
        String sha256 = image("alone", 1);
        assertThat(verdict(sha256)).isEqualTo("young");
        clock.turn(Duration.ofDays(8));
        assertThat(verdict(sha256)).isEqualTo("marked");

        collect();
        clock.turn(Duration.ofDays(6));
        assertThat(collect()).doesNotContain(sha256);
        clock.turn(Duration.ofDays(2));
        assertThat(verdict(sha256)).isEqualTo("due");
        assertThat(bytes.find(sha256)).isPresent();
        assertThat(collect()).contains(sha256);

        get("/artifacts/" + sha256).statusCode(404);
        assertThat(bytes.find(sha256)).isEmpty();
        assertThat(isPublished(sha256)).isFalse();
        get("/audit?object=artifact/" + sha256).body("items.verb", hasItem("artifact.collect"));
        assertThat(verdict(sha256)).isEqualTo("none");

        assertThat(image("alone", 1)).isEqualTo(sha256);
        get("/artifacts/" + sha256).statusCode(200).body("usedBy", equalTo(List.of()));
        assertThat(bytes.find(sha256)).isPresent();
        assertThat(isPublished(sha256)).isTrue();
        assertThat(verdict(sha256)).isEqualTo("young");
    }

    @Test
    void aReleaseHoldsItsArtifactsUntilItIsWithdrawn() {
        String sha256 = image("held", 1);
        String release = release("held", "1", sha256);
        age(sha256);
        assertThat(verdict(sha256)).isEqualTo("needed");
        get("/artifacts/" + sha256).body("usedBy.text", equalTo(List.of("release held 1")));
        get("/artifacts").body("items.find { it.sha256 == '" + sha256 + "' }.usedBy.kind", equalTo(List.of("release")));

        postJson("/releases/" + release + "/withdraw", "").statusCode(204);
        postJson("/releases/" + release + "/withdraw", "").statusCode(204);

        get("/releases/" + release).statusCode(200).body("withdrawnAt", notNullValue());
        get("/audit?object=release/" + release)
                .body("items.verb", equalTo(List.of("release.withdraw", "release.create")));
        age(sha256);
        get("/artifacts/" + sha256).statusCode(404);
        // What was released stays known.
        get("/releases/" + release).statusCode(200).body("targets[0].sha256", equalTo(sha256));
    }

    @Test
    void anArtifactIsTakenOutOfSignedMetadataOnceNothingNeedsItAndComesBackWithAnUpload() {
        String sha256 = image("taken-away", 1);
        String release = release("taken-away", "1", sha256);
        remove(sha256).statusCode(409).body("usedBy", equalTo(List.of("release taken-away 1")));
        postJson("/releases/" + release + "/withdraw", "").statusCode(204);
        assertThat(isPublished(sha256)).isTrue();

        // The publisher's key is on this server: it signs at once.
        remove(sha256)
                .statusCode(200)
                .body("state", equalTo("published"))
                .body("reason", equalTo("remove"))
                .body("removes", equalTo(List.of("images/default/" + sha256 + ".img")));

        assertThat(isPublished(sha256)).isFalse();
        get("/artifacts/" + sha256).statusCode(200).body("usedBy", equalTo(List.of()));
        get("/audit?object=artifact/" + sha256).body("items.verb", hasItem("trust.remove"));
        postJson(
                        "/releases",
                        "{\"name\":\"taken-away\",\"version\":\"2\",\"targets\":[{\"sha256\":\"" + sha256 + "\"}]}")
                .statusCode(409)
                .body("detail", containsString("was taken away"));
        remove(sha256).statusCode(404);
        remove("0".repeat(64)).statusCode(404);
        assertThat(image("taken-away", 1)).isEqualTo(sha256);
        assertThat(isPublished(sha256)).isTrue();
    }

    @Test
    void devicesHoldWhatTheyAreToHaveAndWhatTheyCanGoBackTo() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "garbage", "garbage-1")) {
            String first = image("first", 1);
            String second = image("second", 2);
            String firstRelease = release("gc", "1", first);
            String firstRollout = rollOut(firstRelease, first);

            postJson("/releases/" + firstRelease + "/withdraw", "")
                    .statusCode(409)
                    .body("usedBy[0]", containsString(firstRollout))
                    .body("usedBy[1]", equalTo("1 devices are to have it, such as `garbage-1`"));
            postJson("/rollouts/" + firstRollout + "/abort", "").statusCode(200);
            postJson("/releases/" + firstRelease + "/withdraw", "")
                    .statusCode(409)
                    .body("usedBy", equalTo(List.of("1 devices are to have it, such as `garbage-1`")));
            String secondRelease = release("gc", "2", second);
            String secondRollout = rollOut(secondRelease, second);
            postJson("/releases/" + firstRelease + "/withdraw", "").statusCode(204);

            assertThat(uses(first)).containsExactly("garbage-1 can go back to it");
            assertThat(uses(second)).contains("to be on garbage-1", "release gc 2");
            age(first);
            assertThat(uses(first)).containsExactly("garbage-1 can go back to it");
            get("/artifacts/" + first).statusCode(200);

            String third = image("third", 3);
            rollOut(release("gc", "3", third), third);
            postJson("/rollouts/" + secondRollout + "/abort", "");
            postJson("/releases/" + secondRelease + "/withdraw", "").statusCode(204);
            age(first);

            get("/artifacts/" + first).statusCode(404);
            assertThat(uses(second)).containsExactly("garbage-1 can go back to it");
            assertThat(device.ref().device().value()).isEqualTo("garbage-1");
        }
    }

    @Test
    void aRolloutThatIsOnlyPreparedHoldsItsReleaseAndAWithdrawnOneIsNotRolledOut() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "prepared", "prepared-1")) {
            assertThat(device.ref().device().value()).isEqualTo("prepared-1");
            String release = release("prepared", "1", image("prepared", 1));
            String body = "{\"name\":\"prepared\",\"release\":\"" + release
                    + "\",\"selector\":\"tag==prepared\",\"start\":false}";
            String id = postJson("/rollouts", body).statusCode(200).extract().path("id");

            postJson("/releases/" + release + "/withdraw", "")
                    .statusCode(409)
                    .body("detail", containsString("rollout `prepared` (" + id + ") is ready"));
            postJson("/rollouts/" + id + "/abort", "").statusCode(200);
            postJson("/releases/" + release + "/withdraw", "").statusCode(204);

            postJson("/rollouts", body).statusCode(409).body("detail", containsString("was withdrawn"));
        }
    }

    @Test
    void aReleaseInTheMakingHoldsAnArtifactThatIsDue() {
        String sha256 = image("making", 1);
        makeDue(sha256);

        transactions.run(TenantId.DEFAULT, handle -> {
            // As ReleaseService does, before its rows are written.
            assertThat(artifacts.hold(handle, sha256)).isPresent();
            // On a thread, and so in a transaction, of its own.
            assertThat(CompletableFuture.supplyAsync(() -> service.collect(SERVER))
                            .join())
                    .extracting(Artifact::sha256)
                    .doesNotContain(sha256);
        });

        get("/artifacts/" + sha256).statusCode(200);
        assertThat(verdict(sha256)).isEqualTo("due");
    }

    @Test
    void aReleaseOfWhatIsJustBeingCollectedWaitsAndIsRefused() throws Exception {
        String sha256 = image("collecting", 1);
        makeDue(sha256);

        CompletableFuture<Integer> made = transactions.in(TenantId.DEFAULT, handle -> {
            assertThat(store.lock(handle, sha256)).isPresent();
            CompletableFuture<Integer> asked = CompletableFuture.supplyAsync(() -> postJson(
                            "/releases",
                            "{\"name\":\"late\",\"version\":\"1\",\"targets\":[{\"sha256\":\"" + sha256 + "\"}]}")
                    .extract()
                    .statusCode());
            await().atMost(ONE_MINUTE).until(this::isSomebodyWaiting);
            store.collect(handle, sha256, clock.instant());
            return asked;
        });

        assertThat(made.get(30, TimeUnit.SECONDS)).isEqualTo(404);
    }

    @Test
    void bytesStayWhileAnotherTenantOrAnUploadNeedsThem() throws IOException {
        String sha256 = image("shared", 1);
        transactions.run(OTHER, handle -> {
            handle.execute("insert into tenant (tenant) values ('garbage') on conflict do nothing");
            handle.execute(
                    "insert into artifact_claim (id, sha256, until) values (gen_random_uuid(), ?, ?)",
                    sha256,
                    java.sql.Timestamp.from(clock.instant().plus(Duration.ofDays(30))));
        });
        age(sha256);
        get("/artifacts/" + sha256).statusCode(404);
        assertThat(bytes.find(sha256)).isPresent();

        clock.turn(Duration.ofDays(31));
        collect();
        // The claim of the other tenant has ended, and with it the last that needed them.
        assertThat(bytes.find(sha256)).isEmpty();
        service.collect(new Caller.Server(OTHER, "test"));
        assertThat(transactions.<Integer>in(OTHER, handle -> handle.createQuery("select count(*) from artifact_claim")
                        .mapTo(Integer.class)
                        .one()))
                .isZero();
    }

    @Test
    void bytesOfAnotherTenantsArtifactStay() throws IOException {
        String sha256 = image("both", 1);
        transactions.run(OTHER, handle -> {
            handle.execute("insert into tenant (tenant) values ('garbage') on conflict do nothing");
            handle.execute(
                    "insert into artifact (sha256, length, kind, name, version, path, uploaded_at, uploaded_by) "
                            + "values (?, 1, 'image', 'both', '1', 'images/default/' || ?, now() + interval '1000 years', 'test')",
                    sha256,
                    sha256);
        });

        age(sha256);

        get("/artifacts/" + sha256).statusCode(404);
        assertThat(bytes.find(sha256)).isPresent();
    }

    @Test
    void whatIsMarkedAndNeededAgainLosesItsMark() {
        String sha256 = image("again", 1);
        clock.turn(Duration.ofDays(8));
        collect();
        clock.turn(Duration.ofDays(6));
        String release = release("again", "1", sha256);
        collect();
        postJson("/releases/" + release + "/withdraw", "").statusCode(204);

        clock.turn(Duration.ofDays(3));
        collect();

        assertThat(verdict(sha256)).isEqualTo("marked");
    }

    @Test
    void aDeltaGoesAfterTheImageItStartsFromAndIsMadeAgainWhenThatCameBack() throws IOException {
        byte[] old = new byte[300_000];
        new SplittableRandom(77).nextBytes(old);
        byte[] fresh = old.clone();
        fresh[150_000]++;
        String base = uploadImage(old, "7.0.0", 7);
        String output = uploadImage(fresh, "7.1.0", 8);
        String from = release("between", "7.0.0", base);
        release("between", "7.1.0", output);
        String wanted = "{\"output\":\"" + output + "\",\"base\":\"" + base + "\"}";
        postJson("/deltas", wanted).statusCode(200);
        awaitDelta(output, base, "done");
        List<String> files = transactions.in(TenantId.DEFAULT, handle -> handle.createQuery(
                        "select unnest(array[delta_sha256, segments_sha256, chunks_sha256, store_sha256]) "
                                + "from delta where output_sha256 = :output")
                .bind("output", output)
                .mapTo(String.class)
                .list());
        String delta = files.getFirst();
        age(delta);
        assertThat(uses(delta)).containsExactly("delta to 7.1.0 from 7.0.0");

        postJson("/releases/" + from + "/withdraw", "").statusCode(204);
        age(base);
        get("/artifacts/" + base).statusCode(404);
        age(delta);

        assertThat(files).allSatisfy(file -> {
            assertThat(bytes.find(file)).isEmpty();
            get("/audit?object=artifact/" + file).body("items.verb", hasItem("artifact.collect"));
        });
        assertThat(isOut(DeltaPath.delta(output, base))).isTrue();
        assertThat(isOut(DeltaPath.segments(output))).isTrue();
        awaitDelta(output, base, "collected");
        postJson("/deltas", wanted).statusCode(400);

        uploadImage(old, "7.0.0", 7);
        postJson("/deltas", wanted).statusCode(200);
        awaitDelta(output, base, "done");
        assertThat(bytes.find(delta)).isPresent();
        assertThat(isOut(DeltaPath.delta(output, base))).isFalse();
    }

    private static void awaitDelta(String output, String base, String state) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        get("/deltas/" + output + "/" + base).statusCode(200).body("state", equalTo(state)));
    }

    private boolean isOut(String path) {
        return !transactions
                .in(TenantId.DEFAULT, handle -> trust.unpublished(handle, TenantId.DEFAULT, List.of(path)))
                .isEmpty();
    }

    private String image(String name, long counter) {
        return uploadImage(("garbage " + name).getBytes(StandardCharsets.UTF_8), counter + ".0.0", counter);
    }

    /** Marked, and its grace over, and not looked at since. */
    private void makeDue(String sha256) {
        clock.turn(Duration.ofDays(8));
        collect();
        clock.turn(Duration.ofDays(8));
        assertThat(verdict(sha256)).isEqualTo("due");
    }

    /** Long enough for everything that is not needed to go. */
    private void age(String sha256) {
        clock.turn(Duration.ofDays(8));
        collect();
        clock.turn(Duration.ofDays(8));
        collect();
        assertThat(sha256).isNotEmpty();
    }

    private static ValidatableResponse remove(String sha256) {
        return postJson("/artifacts/" + sha256 + "/removal", "");
    }

    private static List<String> collect() {
        return admin().post("/api/v1/artifacts/gc")
                .then()
                .statusCode(200)
                .extract()
                .path("collected.sha256");
    }

    private static ValidatableResponse plan() {
        return get("/artifacts/gc").statusCode(200);
    }

    private static String verdict(String sha256) {
        Map<String, ?> row = plan().extract().path("items.find { it.sha256 == '" + sha256 + "' }");
        return row == null ? "none" : String.valueOf(row.get("verdict"));
    }

    private static List<String> uses(String sha256) {
        return plan().extract().path("items.find { it.sha256 == '" + sha256 + "' }.uses.text");
    }

    private String rollOut(String release, String sha256) {
        String id = rollout("gc", release, "garbage");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> get("/devices/garbage-1/desired").body("targets[0].sha256", equalTo(sha256)));
        return id;
    }

    private boolean isPublished(String sha256) {
        return transactions.in(TenantId.DEFAULT, handle -> trust.unpublished(
                        handle, TenantId.DEFAULT, List.of("images/default/" + sha256 + ".img"))
                .isEmpty());
    }

    private boolean isSomebodyWaiting() {
        return transactions.in(TenantId.DEFAULT, handle -> handle.createQuery("select count(*) from pg_stat_activity "
                                + "where wait_event_type = 'Lock' and query like '%for key share%'")
                        .mapTo(Integer.class)
                        .one())
                > 0;
    }
}
