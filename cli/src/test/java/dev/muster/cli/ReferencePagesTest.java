package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.http.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/reference/cli} is what {@code --help} says; {@code -Dmuster.docs.write=true} writes it anew. */
class ReferencePagesTest {
    private static final Path PAGES = Path.of("..", "docs", "reference", "cli");
    private static final String NOT_OF_HELP =
            "<!-- Made from the command line by ReferencePagesTest; do not edit. -->\n";
    private static final CommandLine WHOLE = HelpTest.commandLine();

    @BeforeAll
    static void write() throws IOException {
        if (!Boolean.getBoolean("muster.docs.write")) {
            return;
        }
        Files.createDirectories(PAGES);
        for (String old : onDisk().keySet()) {
            Files.delete(PAGES.resolve(old));
        }
        for (Map.Entry<String, String> page : pages().entrySet()) {
            Files.writeString(PAGES.resolve(page.getKey()), page.getValue());
        }
    }

    @Test
    void sayWhatTheCommandLineSays() throws IOException {
        assertThat(onDisk())
                .as("`mvn -pl cli -am test -Dtest=ReferencePagesTest -Dsurefire.failIfNoSpecifiedTests=false"
                        + " -Dmuster.docs.write=true` writes them anew")
                .containsExactlyInAnyOrderEntriesOf(pages());
    }

    private static Map<String, String> onDisk() throws IOException {
        Map<String, String> pages = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(PAGES)) {
            for (Path file : files.sorted().toList()) {
                pages.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return pages;
    }

    private static Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("README.md", index());
        for (CommandLine verb : verbs(WHOLE)) {
            StringBuilder page = new StringBuilder(NOT_OF_HELP);
            describe(verb, page, "#");
            pages.put(verb.getCommandName() + ".md", page.toString());
        }
        return pages;
    }

    private static String index() {
        StringBuilder page = new StringBuilder(NOT_OF_HELP);
        page.append(
                "# Command line\n\n`./muster VERB`, or `muster VERB` where it is installed. Every verb has `--help`, which begins with an"
                        + " example.\n\n| verb | what |\n|---|---|\n");
        for (CommandLine verb : verbs(WHOLE)) {
            page.append("| [").append(verb.getCommandName()).append("](").append(verb.getCommandName());
            page.append(".md) | ").append(cell(header(verb.getCommandSpec()))).append(" |\n");
        }
        page.append("\n## Options of every verb\n\n");
        options(WHOLE.getCommandSpec().options().stream().toList(), page);
        page.append("\n## Exit codes\n\n| code | what |\n|---|---|\n");
        for (ExitCode code : ExitCode.values()) {
            page.append("| ").append(code.number()).append(" | ");
            page.append(code.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
                    .append(" |\n");
        }
        return page.toString();
    }

    private static void describe(CommandLine command, StringBuilder page, String mark) {
        CommandSpec spec = command.getCommandSpec();
        page.append(mark).append(' ').append(spec.qualifiedName()).append("\n\n");
        page.append(prose(header(spec))).append("\n\n");
        page.append("```sh\n").append(example(spec)).append("\n```\n");
        for (String line : spec.usageMessage().description()) {
            page.append('\n').append(prose(said(line))).append('\n');
        }
        List<ArgSpec> arguments = new ArrayList<>(spec.positionalParameters());
        spec.options().stream()
                .filter(option -> !option.inherited() && !isHelp(option))
                .forEach(arguments::add);
        arguments.removeIf(ArgSpec::hidden);
        if (!arguments.isEmpty()) {
            page.append('\n');
            options(arguments, page);
        }
        for (CommandLine verb : verbs(command)) {
            page.append('\n');
            describe(verb, page, mark.length() < 3 ? mark + "#" : mark);
        }
    }

    private static void options(List<? extends ArgSpec> arguments, StringBuilder page) {
        page.append("| argument | what |\n|---|---|\n");
        for (ArgSpec argument : arguments) {
            if (argument.hidden()) {
                continue;
            }
            page.append("| `").append(cell(name(argument))).append("` | ");
            page.append(cell(prose(Stream.of(argument.description())
                    .map(ReferencePagesTest::said)
                    .collect(Collectors.joining(" ")))));
            if (argument.required() && argument.isOption()) {
                page.append(" Required.");
            }
            page.append(" |\n");
        }
    }

    private static String name(ArgSpec argument) {
        if (argument instanceof OptionSpec option) {
            boolean flag = option.arity().max() == 0;
            return String.join(", ", option.names()) + (flag ? "" : " " + option.paramLabel());
        }
        return argument.paramLabel();
    }

    private static boolean isHelp(OptionSpec option) {
        return option.usageHelp() || option.versionHelp();
    }

    private static List<CommandLine> verbs(CommandLine command) {
        return command.getSubcommands().values().stream().distinct().toList();
    }

    private static String example(CommandSpec spec) {
        return said(spec.usageMessage().headerHeading()).strip().replaceFirst("^Example: ", "");
    }

    private static String header(CommandSpec spec) {
        return said(String.join(" ", spec.usageMessage().header()));
    }

    /** As the help shows it. */
    private static String said(String text) {
        return text.replace("%n", " ").replace("%%", "%");
    }

    /** Markdown takes what is between angle brackets for itself. */
    private static String prose(String text) {
        return text.replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ").strip();
    }
}
