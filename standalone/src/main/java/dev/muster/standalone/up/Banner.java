package dev.muster.standalone.up;

/** What a person needs once everything runs. */
record Banner(UpOptions options, Secrets secrets, String enrolCommand) {
    String text() {
        return """

                Muster is up.

                  Console   %s/console/
                  Login     %s / %s
                  API       %s/api/v1  (reference: %s/q/openapi)

                  Enrol a real Linux machine with one line:
                    %s

                  Stop with Ctrl-C or `./muster down`; look with `./muster status`. Logs and data: %s
                """.formatted(
                        options.apiUrl(),
                        AdminApi.LOGIN,
                        secrets.get("login.admin"),
                        options.apiUrl(),
                        options.apiUrl(),
                        enrolCommand,
                        options.data());
    }
}
