package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Comes last: whatever the tests before it did with the shared product, its people and its devices stands in the logs by now, and
 * what handles secrets is done once more.
 */
@Order(Integer.MAX_VALUE)
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class NoSecretInLogsST {
    @Test
    void noLogOfAnyProgramHoldsASecret(SharedProduct.Running shared) throws IOException {
        Product product = shared.product();
        Secrets secrets = new Secrets();
        secrets.addAllBelow(product.data());
        secrets.add("the administrator's password", shared.password());
        handleSecrets(product, secrets);
        shared.enrolAnother("log-" + Long.toString(ProcessHandle.current().pid(), 36));

        Path log = product.data().resolve("log");
        try (Stream<Path> logs = Files.list(log)) {
            assertThat(logs).as("programs that write logs").hasSizeGreaterThan(3);
        }
        assertThat(secrets.count()).as("secrets").isGreaterThan(10);
        assertThat(secrets.foundIn(List.of(log))).isEmpty();
    }

    @Test
    void noSupportBundleHoldsASecret(SharedProduct.Running shared) throws IOException {
        Product product = shared.product();
        Secrets secrets = new Secrets();
        secrets.addAllBelow(product.data());
        secrets.add("the administrator's password", shared.password());
        Path file = product.data().resolveSibling("support.tar.gz");

        product.muster(
                        "support",
                        "bundle",
                        "--to",
                        file.toString(),
                        "--data",
                        product.data().toString())
                .mustSucceed();

        String bundle;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            bundle = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(bundle)
                .contains("/doctor.json", "/settings.json", "/meters.json", "/server.log", "muster.gateway.sessions");
        assertThat(secrets.heldBy(bundle)).isEmpty();
    }

    @Test
    void theDoctorFindsNothingThatFailsInAProductThatRuns(SharedProduct.Running shared) {
        Command doctor = shared.product()
                .muster("doctor", "--data", shared.product().data().toString());

        assertThat(doctor.exit()).as(doctor.out()).isIn(0, 9);
        assertThat(doctor.out())
                .contains(
                        "client/clock",
                        "database",
                        "kafka",
                        "provider",
                        "artifacts",
                        "certificate/devices",
                        "descriptors");
    }

    @Test
    void aSecretInALogIsFound() {
        Secrets secrets = new Secrets();
        secrets.add("the password", "correct horse battery");

        assertThat(secrets.heldBy("login failed for `a` with correct horse battery"))
                .containsExactly("the password");
        assertThat(secrets.heldBy("refused mst.default.0123456789abcdef.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
                .containsExactly("what looks like an API token");
        assertThat(secrets.heldBy("token default.0123456789ab.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
                .containsExactly("what looks like an enrolment token");
        assertThat(secrets.heldBy("Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2kifQ.c2ln"))
                .containsExactly("what looks like a token of the identity provider");
        assertThat(secrets.heldBy("0192d3a0-0000-7000-8000-000000000000 of default.example.org"))
                .isEmpty();
    }

    /** Good and bad, through the command line. */
    private static void handleSecrets(Product product, Secrets secrets) {
        List<String> enrol = product.enrolFlags(1);
        secrets.add("an enrolment token", enrol.get(enrol.indexOf("--token") + 1));
        product.muster("accounts", "create", "log-reader").mustSucceed();
        Map<String, Object> token = product.json("accounts", "token", "create", "log-reader", "--expires", "PT1H");
        String secret = Product.text(token, "token");
        secrets.add("an API token", secret);
        assertThat(product.withToken(secret, "devices", "list").out()).contains("expected the role `viewer`");
        assertThat(product.withToken(secret + "x", "devices", "list").out()).contains("expected a valid bearer token");
        product.muster("accounts", "delete", "log-reader").mustSucceed();
    }
}
