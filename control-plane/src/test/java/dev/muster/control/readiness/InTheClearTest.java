package dev.muster.control.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InTheClearTest {
    private static final String LOCAL_DATABASE = "jdbc:postgresql://localhost:5432/muster";
    private static final String LOCAL_KAFKA = "127.0.0.1:9092,[::1]:9092";

    private static List<String> settings(String database, String kafka, Map<String, String> client) {
        return new NeighboursInTheClear(database, kafka, client)
                .unsafe().stream().map(ReadinessCheck.Unsafe::setting).toList();
    }

    @Test
    void neighboursOnThisMachineNeedNoTls() {
        assertThat(settings(LOCAL_DATABASE, LOCAL_KAFKA, Map.of())).isEmpty();
        assertThat(settings("jdbc:postgresql:muster", LOCAL_KAFKA, Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example:5432/muster",
                "jdbc:postgresql://db.example/muster?sslmode=require",
                "jdbc:postgresql://localhost,db.example:5432/muster",
                "jdbc:postgresql://localhost.example/muster",
                "jdbc:postgresql://127.0.0.1.example/muster"
            })
    void aDatabaseElsewhereIsReachedOverTlsThatKnowsItsName(String url) {
        assertThat(settings(url, LOCAL_KAFKA, Map.of())).containsExactly("muster.db.url");
    }

    @Test
    void aVerifiedDatabaseIsSafe() {
        assertThat(settings("jdbc:postgresql://db.example/muster?sslmode=verify-full", LOCAL_KAFKA, Map.of()))
                .isEmpty();
    }

    @Test
    void aPasswordInTheAddressIsNotRepeated() {
        assertThat(new NeighboursInTheClear(
                                "jdbc:postgresql://db.example/muster?password=secret", LOCAL_KAFKA, Map.of())
                        .unsafe())
                .singleElement()
                .satisfies(unsafe -> assertThat(unsafe.text()).doesNotContain("secret"));
    }

    @Test
    void brokersElsewhereAreReachedOverTls() {
        assertThat(settings(LOCAL_DATABASE, "localhost:9092,kafka.example:9092", Map.of()))
                .containsExactly("muster.kafka.client.\"security.protocol\"");
        assertThat(settings(LOCAL_DATABASE, "kafka.example:9092", Map.of("security.protocol", "SASL_PLAINTEXT")))
                .hasSize(1);
        assertThat(settings(LOCAL_DATABASE, "kafka.example:9092", Map.of("security.protocol", "SASL_SSL")))
                .isEmpty();
    }

    @Test
    void aPortForPeopleThatIsOpenToTheNetworkNeedsTlsOrAProxy() {
        assertThat(new ListensInTheClear("127.0.0.1", false).unsafe()).isEmpty();
        assertThat(new ListensInTheClear("0.0.0.0", true).unsafe()).isEmpty();
        assertThat(new ListensInTheClear("0.0.0.0", false).unsafe())
                .singleElement()
                .satisfies(unsafe ->
                        assertThat(unsafe.text()).contains("`muster.bind`").contains("muster.http.certificate"));
    }
}
