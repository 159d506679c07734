package dev.muster.cli.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of logs without what is a secret or a person's. */
class ScrubberTest {
    private static final String SECRET = "k3Yx91Qz";
    private final Scrubber scrubber = new Scrubber(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password=k3Yx91Qz",
                "muster.db.app.password = k3Yx91Qz",
                "{\"password\":\"k3Yx91Qz\",\"a\":1}",
                "clientSecret: 'k3Yx91Qz'",
                "api_key=k3Yx91Qz&x=1",
                "s3.secret-key=k3Yx91Qz",
                "sasl.jaas.config=k3Yx91Qz",
                "Authorization: Bearer k3Yx91Qz",
                "Authorization: GatewayToken k3Yx91Qz",
                "https://ada:k3Yx91Qz@host/x",
                "jdbc:postgresql://host/muster?user=a&password=k3Yx91Qz",
                "refused mst.default.k3Yx91Qzabcdef",
                "glass mbg.k3Yx91Qz0123",
                "hook whsec_k3Yx91Qz",
                "eyJhbGciOi.k3Yx91Qz.c2ln",
                "token default.0123456789ab.k3Yx91QzAAAAAAAAAAAAAAAA",
                "-----BEGIN EC PRIVATE KEY-----k3Yx91Qz",
                "key k3Yx91Qzk3Yx91Qzk3Yx91Qz"
            })
    void formsOfSecretsAreTakenOut(String line) {
        assertThat(scrubber.scrub(line)).doesNotContain(SECRET);
    }

    @Test
    void peopleAndTheirAddressesAreTakenOut() {
        assertThat(
                        scrubber.scrub(
                                "mail to ada.lovelace@mine.example from 203.0.113.7, fe80::1:2 and 2001:db8:0:1:1:1:1:1, /home/ada/x"))
                .doesNotContain("ada", "203.0.113.7", "fe80", "2001:db8")
                .contains("mail to");
    }

    @Test
    void aKnownSecretIsTakenOutWhereverItStands() {
        Scrubber knowing = new Scrubber(List.of("correct horse", "correct horse battery", "abc"));

        assertThat(knowing.scrub("tried correct horse battery, then abc")).isEqualTo("tried (secret), then abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-27 13:30:18,123 INFO  [dev.mus.con.rol.TelemetryParts] (main) gateway: mqtts://127.0.0.1:7402",
                "rollout 0192d3a0-0000-7000-8000-000000000000 of default/press-07: wave 2 began",
                "consumer `control-reported` starts again in 200 ms",
                "artifact 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 is kept",
                "\tat dev.muster.control.enrolment.CertificateAuthority.rotate(CertificateAuthority.java:212)",
                "applied 3 migrations of telemetry at 2026-11-22T09:00:00Z"
            })
    void whatHelpsStays(String line) {
        assertThat(scrubber.scrub(line)).isEqualTo(line);
    }
}
