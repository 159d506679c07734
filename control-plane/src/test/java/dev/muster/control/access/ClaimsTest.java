package dev.muster.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static final Map<String, Object> CLAIMS = Map.of(
            "groups", List.of("/a", "/b"),
            "one", "/only",
            "realm_access",
                    Json.createObjectBuilder()
                            .add("roles", Json.createArrayBuilder().add("miner").add(7))
                            .build(),
            "https://plant.example/groups", List.of("/dotted"),
            "number", 7);

    @Test
    void findsAListATextAndWhatLiesDeeper() {
        assertThat(Claims.texts(CLAIMS::get, "groups")).containsExactlyInAnyOrder("/a", "/b");
        assertThat(Claims.texts(CLAIMS::get, "one")).containsExactly("/only");
        assertThat(Claims.texts(CLAIMS::get, "realm_access.roles")).containsExactly("miner");
    }

    @Test
    void takesANameWithDotsForANameFirst() {
        assertThat(Claims.texts(CLAIMS::get, "https://plant.example/groups")).containsExactly("/dotted");
    }

    @Test
    void findsNobodysGroupsWhereTheClaimIsMissingOrSomethingElse() {
        for (String path :
                List.of("roles", "number", "number.roles", "groups.0", "realm_access", "realm_access.none", ".")) {
            assertThat(Claims.texts(CLAIMS::get, path)).as(path).isEmpty();
        }
    }
}
