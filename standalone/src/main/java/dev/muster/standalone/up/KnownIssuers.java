package dev.muster.standalone.up;

import dev.muster.standalone.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Under which addresses this instance's Keycloak was known, oldest first. A person's identity is (issuer, subject), and
 * the issuer is an address: whoever starts the same data under another name keeps the rights that were given.
 */
final class KnownIssuers {
    private final Path file;

    KnownIssuers(DataDirectory data) {
        this.file = data.run().resolve("issuers");
    }

    /** Every other one than {@code issuer}. */
    List<String> besides(String issuer) {
        return read().stream().filter(known -> !known.equals(issuer)).toList();
    }

    /** Remembers {@code issuer}, before the first right is given under it. */
    void add(String issuer) {
        Set<String> known = new LinkedHashSet<>(read());
        if (known.add(issuer)) {
            Folders.writeOwnerOnly(file, String.join("\n", known) + "\n");
        }
    }

    private List<String> read() {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw Folders.unusable(file, e);
        }
    }
}
