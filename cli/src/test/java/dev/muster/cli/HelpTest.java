package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.muster.cli.session.Session;
import dev.muster.cli.session.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    // One for all: made anew for each of some three hundred verbs it took minutes.
    private static final CommandLine WHOLE = commandLine();

    static Stream<CommandLine> verbs() {
        List<CommandLine> all = new ArrayList<>();
        collect(WHOLE, all);
        return all.stream();
    }

    private static void collect(CommandLine command, List<CommandLine> into) {
        into.add(command);
        command.getSubcommands().values().forEach(child -> collect(child, into));
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void opensWithAnExample(CommandLine verb) {
        assertThat(verb.getUsageMessage()).startsWith("Example: muster ");
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void showsOnlyExamplesThatAreValid(CommandLine verb) {
        String example = String.format(verb.getCommandSpec().usageMessage().headerHeading())
                .strip()
                .replaceFirst("^Example: muster ", "")
                .replaceFirst(" &&.*", "");

        assertThatCode(() -> WHOLE.parseArgs(words(example))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("startPages")
    void startPagesShowOnlyCommandsThatAreValid(Path page) throws IOException {
        List<String> commands = BLOCK.matcher(Files.readString(page))
                .results()
                .flatMap(block -> block.group(1).lines())
                .filter(line -> line.startsWith("muster "))
                .toList();

        assertThat(commands).allSatisfy(command -> assertThatCode(
                        () -> WHOLE.parseArgs(words(command.replaceFirst("^muster ", ""))))
                .doesNotThrowAnyException());
    }

    static Stream<Path> startPages() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../docs/start"))) {
            return files.sorted().toList().stream();
        }
    }

    private static String[] words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return words.toArray(String[]::new);
    }

    /** The whole command line, which says nothing to anybody. */
    static CommandLine commandLine() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return Main.commandLine(new Session(
                new Shell(Map.of(), InputStream.nullInputStream(), nowhere, nowhere, InstantSource.system())));
    }
}
