package dev.muster.control.incoming;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TurnedClock;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(TurnedClock.Profile.class)
@QuarkusTestResource(Servers.class)
class ExpiredUploadsIT {
    private static final Map<String, Object> IMAGE = Map.of(
            "kind", "image", "name", "os", "version", "1", "hardware", "late", "releaseCounter", 1, "length", 10);

    @Inject
    @Nullable TurnedClock clock;

    @Inject
    @Nullable IncomingKeeper keeper;

    @Inject
    @Nullable DataDirectory data;

    @Test
    void anUploadExpiresWithItsBytesTwoDaysAfterItsLastByte() {
        String id = post("/artifacts/uploads", IMAGE).statusCode(201).extract().path("id");
        turn(Duration.ofHours(40));
        admin().contentType("application/partial-upload")
                .header("Upload-Offset", 0)
                .body(new byte[4])
                .patch("/api/v1/artifacts/uploads/" + id)
                .then()
                .statusCode(200);

        turn(Duration.ofHours(40));
        forget();
        get("/artifacts/uploads/" + id).statusCode(200).body("received", equalTo(4));
        turn(Duration.ofHours(9));

        get("/artifacts/uploads/" + id).statusCode(404).body("code", equalTo("upload-not-found"));
        assertThat(partial(id)).exists();
        forget();
        assertThat(partial(id)).doesNotExist();
    }

    @Test
    void soManyUploadsAreOpenAtOnceAndNoMore() {
        turn(Duration.ofDays(3));
        for (int i = 0; i < 16; i++) {
            post("/artifacts/uploads", IMAGE).statusCode(201);
        }

        post("/artifacts/uploads", IMAGE).statusCode(429).body("code", equalTo("too-many-requests"));

        turn(Duration.ofDays(3));
        post("/artifacts/uploads", IMAGE).statusCode(201);
    }

    private void turn(Duration time) {
        Objects.requireNonNull(clock).turn(time);
    }

    private void forget() {
        Objects.requireNonNull(keeper).forget(TenantId.DEFAULT);
    }

    private Path partial(String id) {
        return Objects.requireNonNull(data)
                .directory("artifacts/partial/default")
                .resolve(id);
    }
}
