package dev.muster.control.roles;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** Starts the server; with the argument {@code migrate} only its migrations. */
@QuarkusMain
public final class ServerMain {
    private static final int USAGE = 2;

    private ServerMain() {}

    /** Entry point. */
    public static void main(String... args) {
        List<String> words = List.of(args);
        if (words.isEmpty()) {
            Quarkus.run(args);
        } else if (words.equals(List.of("migrate"))) {
            System.exit(new Migrate(System.out).run());
        } else {
            System.err.println(
                    "muster: expected the argument `migrate` or none, found `" + String.join(" ", words) + "`");
            System.exit(USAGE);
        }
    }
}
