package dev.muster.control.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of authorities in a real PKCS#11 token, Debian's {@code softhsm2}; skipped where that is not installed. */
class TokenKeysIT {
    private static final Path LIBRARY = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    private static final Path TOOL = Path.of("/usr/bin/softhsm2-util");

    @TempDir
    Path folder;

    @Test
    void keysAreMadeAndUsedInsideTheTokenAndGoWithTheirAuthority() throws Exception {
        Assumptions.assumeThat(Files.exists(LIBRARY) && Files.exists(TOOL)).isTrue();
        Path tokens = Files.createDirectory(folder.resolve("tokens"));
        Path settings = Files.writeString(
                folder.resolve("softhsm2.conf"), "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
        Path config = Files.writeString(
                folder.resolve("pkcs11.cfg"),
                "name = Muster\nlibrary = " + LIBRARY + "\nslotListIndex = 0\n"
                        + "attributes(*, CKO_PRIVATE_KEY, *) = {\n  CKA_SIGN = true\n  CKA_EXTRACTABLE = false\n  CKA_SENSITIVE = true\n}\n");
        Path pin = Files.writeString(folder.resolve("pin"), "1234\n");
        Path authority = Files.createDirectory(folder.resolve("ca"));
        run(
                settings,
                List.of(
                        TOOL.toString(),
                        "--init-token",
                        "--free",
                        "--label",
                        "muster",
                        "--so-pin",
                        "5678",
                        "--pin",
                        "1234"));

        String made = trial(settings, "make", authority, config, pin);

        assertThat(made).as("a key that can be written is no key of a token").contains("the key stayed in");
        assertThat(Files.readString(authority.resolve("issuing.key"))).startsWith("pkcs11:muster-");
        assertThat(Files.readString(authority.resolve("root.key"))).startsWith("pkcs11:muster-");
        assertThat(trial(settings, "use", authority, config, pin)).contains("signed");
        assertThat(trial(settings, "retire", authority, config, pin)).contains("gone");
    }

    private static String trial(Path settings, String what, Path authority, Path config, Path pin) throws Exception {
        return run(
                settings,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.muster.control.enrolment.TokenTrial",
                        what,
                        authority.toString(),
                        config.toString(),
                        pin.toString()));
    }

    private static String run(Path settings, List<String> words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words)).redirectErrorStream(true);
        builder.environment().put("SOFTHSM2_CONF", settings.toString());
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }
}
