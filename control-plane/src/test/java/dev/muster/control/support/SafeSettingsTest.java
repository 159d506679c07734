package dev.muster.control.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings are told to others, and in what form. */
class SafeSettingsTest {
    private static final String SECRET = "Xk29-sEcret_value.77";

    /** Every setting of the server that is a secret. */
    private static final List<String> SECRETS = List.of(
            "muster.db.owner.password",
            "muster.db.app.password",
            "muster.db.ingest.password",
            "muster.db.jobs.password",
            "muster.mail.password",
            "muster.mail.username",
            "muster.artifacts.s3.access-key",
            "muster.artifacts.s3.secret-key",
            "muster.http.key",
            "muster.ddi.key",
            "muster.ca.pkcs11.pin-file",
            "muster.kafka.client.\"sasl.jaas.config\"",
            "muster.kafka.client.\"ssl.keystore.password\"",
            "muster.kafka.client.\"ssl.key.password\"",
            "muster.kafka.client.\"ssl.truststore.password\"",
            "quarkus.datasource.password",
            "quarkus.datasource.jobs.password",
            "quarkus.flyway.password",
            "quarkus.oidc.credentials.secret",
            "quarkus.tls.web.key-store.p12.password",
            "quarkus.tls.identity.trust-store.p12.password");

    private static Map<String, String> told(Map<String, String> settings) {
        return SafeSettings.of(key -> Optional.ofNullable(settings.get(key)));
    }

    @Test
    void noSecretSettingIsTold() {
        Map<String, String> settings = new HashMap<>();
        SECRETS.forEach(key -> settings.put(key, SECRET));

        assertThat(told(settings)).isEmpty();
    }

    @Test
    void aSecretInAnySettingOfTheListIsNotTold() {
        // Whatever somebody wrote into the wrong line, and whatever stands in an address beside the host.
        for (String key : SafeSettings.keys()) {
            for (String value : List.of(
                    SECRET,
                    "https://alice:" + SECRET + "@host/path?token=" + SECRET + "#" + SECRET,
                    "jdbc:postgresql://host:5432/muster?user=alice&password=" + SECRET,
                    "/home/alice/" + SECRET + ".pem")) {
                assertThat(told(Map.of(key, value)).toString())
                        .as("%s=%s", key, value)
                        .doesNotContain(SECRET)
                        .doesNotContain("alice");
            }
        }
    }

    @Test
    void nothingOutsideTheListIsToldWhateverItsName() {
        assertThat(told(Map.of("muster.tomorrow.port", "1", "muster.data-dir", "/home/alice/data")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "muster.db.url | jdbc:postgresql://db1:5432,db2:5432/muster?sslmode=verify-full&password=x | jdbc:postgresql://db1:5432,db2:5432/muster",
                "muster.oidc.issuer | https://id.example/realms/muster | https://id.example/realms/muster",
                "muster.kafka.bootstrap | a.example:9092,[::1]:9092 | a.example:9092,[::1]:9092",
                "muster.roles | api,device | api,device",
                "muster.telemetry.keep.raw | P7D | P7D",
                "muster.oidc.keys-every | 1m | 1m",
                "muster.gateway.port | 7402 | 7402",
                "muster.outbound.allowed-networks | 10.0.0.0/8,fd00::/8 | 10.0.0.0/8,fd00::/8",
                "muster.http.certificate | /home/alice/tls.pem | (set)",
                "muster.gateway.port | hunter2 | (set, not of the expected form)"
            })
    void harmlessOnesAreToldInTheirForm(String key, String value, String expected) {
        assertThat(told(Map.of(key, value))).containsExactly(Map.entry(key, expected));
    }
}
