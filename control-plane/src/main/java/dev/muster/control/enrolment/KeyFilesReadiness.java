package dev.muster.control.enrolment;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.readiness.ReadinessCheck;
import jakarta.inject.Singleton;
import java.util.List;

/** Keys of the certificate authority that somebody beside the owner can read. A server of any profile refuses to use them. */
@Singleton
final class KeyFilesReadiness implements ReadinessCheck {
    private final DataDirectory data;

    KeyFilesReadiness(DataDirectory data) {
        this.data = data;
    }

    @Override
    public List<Unsafe> unsafe() {
        List<String> open = AuthorityFiles.open(data.directory("ca"));
        return open.isEmpty()
                ? List.of()
                : List.of(new Unsafe(
                        "keys of the certificate authority",
                        String.join(", ", open),
                        "expected rw-------: chmod 600 them, and rotate what others may have read (muster ca rotate)"));
    }
}
