package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what {@code docs/guides/tutorial.md} says, command by command. A block {@code text} holds what the block {@code sh} before it shows,
 * among other things: each line's words in this order on one line.
 */
class TutorialST {
    private static final Path TUTORIAL = Product.home().resolve("docs/guides/tutorial.md");
    private static final Pattern STEP = Pattern.compile("```sh\n(.*?)```\n(?:```text\n(.*?)```\n)?", Pattern.DOTALL);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private final int portBase = Product.freePortBase();

    @AfterEach
    void stop() {
        run("./muster down", "");
    }

    @Test
    void everyCommandDoesWhatTheTutorialSays() throws IOException {
        // As people have them where they are, but for a folder and ports of the test's own.
        program("muster", """
                case "$1" in
                up) exec %1$s/muster "$@" --data "$PWD/data" --port-base %2$d ;;
                status | down) exec %1$s/muster "$@" --data "$PWD/data" ;;
                *) exec %1$s/muster "$@" ;;
                esac
                """.formatted(Product.home(), portBase));
        program("muster-agent", "exec %s/muster-agent \"$@\"\n".formatted(Product.home()));
        String tutorial = Files.readString(TUTORIAL);
        String password = "";
        int steps = 0;
        Matcher step = STEP.matcher(tutorial);
        while (step.find()) {
            Command done = run(step.group(1), password);
            assertThat(done.exit()).as(step.group(1) + "\n" + done.out()).isZero();
            if (step.group(2) != null) {
                assertThat(step.group(2).strip().lines())
                        .allSatisfy(line -> assertThat(done.out().lines())
                                .as(step.group(1) + "\n" + done.out())
                                .anyMatch(shown -> holds(shown, line)));
            }
            if (steps == 0) {
                password = Product.Login.printedIn(done.out()).password() + "\n";
            }
            steps++;
        }
        assertThat(steps).as("commands of the tutorial").isGreaterThan(10);
    }

    private static boolean holds(String shown, String words) {
        int at = 0;
        for (String word : words.strip().split("\\s+", -1)) {
            at = shown.indexOf(word, at);
            if (at < 0) {
                return false;
            }
            at += word.length();
        }
        return true;
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** What the block before set is set in the next one, as in one terminal. */
    private Command run(String block, String input) {
        String script = "cd " + folder + "\n[ -e vars ] && . ./vars\nset -e\n" + block
                + "\n{ set | grep -E '^(image|release|rollout)='; } > vars || true\n";
        return Command.run(
                Map.of(
                        "MUSTER_NO_BUILD",
                        "1",
                        "MUSTER_CONFIG_DIR",
                        folder.resolve("config").toString(),
                        "MUSTER_PROGRAMS",
                        Product.home().resolve("standalone/target/runtime").toString(),
                        "MUSTER_SERVER",
                        "http://localhost:" + portBase),
                LIMIT,
                List.of("bash", "-c", script),
                input);
    }
}
