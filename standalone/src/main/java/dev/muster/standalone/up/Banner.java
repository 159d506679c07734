package dev.muster.standalone.up;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a person needs once everything runs.
 *
 * @param console whether this build has one
 * @param certificate what browsers and the command line have to trust; absent where nothing is encrypted
 */
record Banner(UpOptions options, Secrets secrets, String enrolCommand, boolean console, Optional<Path> certificate) {
    String text() {
        return """

                Muster is up.

                  Console   %s
                  Login     %s / %s
                  API       %s/api/v1  (reference: %s/q/openapi)
                %s
                  Enrol a real Linux machine with one line:
                    %s

                  Stop with Ctrl-C or `./muster down`; look with `./muster status`. Logs and data: %s
                """.formatted(
                        console
                                ? options.apiUrl() + "/console/"
                                : "none in this build: Node.js 20.19 or newer was missing; all else works",
                        AdminApi.LOGIN,
                        secrets.get("login.admin"),
                        options.apiUrl(),
                        options.apiUrl(),
                        certificate.map(this::trust).orElse(""),
                        enrolCommand,
                        options.data());
    }

    private String trust(Path pem) {
        return """
                  Trust     %s
                            (self-signed: import it into the browser; ./muster --server %s --ca-file %s login)
                """.formatted(pem, options.apiUrl(), pem);
    }
}
