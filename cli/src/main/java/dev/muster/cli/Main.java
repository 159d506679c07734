package dev.muster.cli;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.Session;
import dev.muster.cli.session.Shell;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code muster} command line. */
public final class Main {
    private Main() {}

    /** Runs one verb and ends the process with its exit code. */
    public static void main(String[] args) {
        Shell shell = new Shell(
                System.getenv(), System.in, utf8(FileDescriptor.out), utf8(FileDescriptor.err), InstantSource.system());
        System.exit(run(shell, args));
    }

    /**
     * Runs one verb inside a program that asks often, which so spares itself a JVM for each; answers its exit code. Reads no
     * input. May be called from several threads.
     *
     * @param environment all variables that count, such as {@code MUSTER_CONFIG_DIR}
     */
    public static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
        return run(new Shell(environment, InputStream.nullInputStream(), out, err, InstantSource.system()), args);
    }

    /** Runs one verb; answers its exit code. */
    static int run(Shell shell, String... args) {
        return run(shell, Main::pause, args);
    }

    private static boolean pause(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** The same; {@code pause} waits between two looks of {@code --watch} and says whether there is another. */
    static int run(Shell shell, Predicate<Duration> pause, String... args) {
        int exitCode;
        try (Session session = new Session(shell)) {
            exitCode = looks(session, shell, pause, args);
        }
        shell.out().flush();
        shell.err().flush();
        return exitCode;
    }

    private static int looks(Session session, Shell shell, Predicate<Duration> pause, String... args) {
        CommandLine commandLine = commandLine(session, verbs(args));
        int exitCode = commandLine.execute(args);
        while (exitCode == 0 && session.watch().isPresent()) {
            shell.out().flush();
            shell.err().flush();
            if (!pause.test(session.watch().get())) {
                break;
            }
            session.nextLook();
            exitCode = commandLine.execute(args);
        }
        return exitCode;
    }

    /** The whole command line. */
    static CommandLine commandLine(Session session) {
        return commandLine(session, MusterCommand.VERBS);
    }

    /** What these arguments need: to read the annotations of some three hundred verbs for one takes most of the time. */
    private static List<Class<?>> verbs(String... args) {
        if (args.length == 1 && args[0].equals("--version")) {
            return List.of();
        }
        for (Class<?> verb : MusterCommand.VERBS) {
            if (args.length > 0 && verb.getAnnotation(Command.class).name().equals(args[0])) {
                return List.of(verb);
            }
        }
        return MusterCommand.VERBS;
    }

    private static CommandLine commandLine(Session session, List<Class<?>> verbs) {
        CommandLine commandLine = new CommandLine(new MusterCommand(session), new Factory(session));
        verbs.forEach(commandLine::addSubcommand);
        return commandLine
                .setOut(session.out())
                .setErr(session.err())
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, args) -> usage(session, e))
                .setExecutionExceptionHandler((e, command, result) -> failed(session, e));
    }

    private static int usage(Session session, ParameterException e) {
        PrintWriter err = session.err();
        // A group without a verb, such as `muster devices`: its verbs are the answer.
        boolean group = !e.getCommandLine().getSubcommands().isEmpty();
        if (group && e.getClass() == ParameterException.class) {
            e.getCommandLine().usage(err);
            return ExitCode.USAGE.number();
        }
        err.println("muster: " + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("See: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        }
        return ExitCode.USAGE.number();
    }

    private static int failed(Session session, Exception e) {
        PrintWriter err = session.err();
        // What was printed before must come first.
        session.out().flush();
        CliException failure = e instanceof CliException known
                ? known
                : new CliException(
                        ExitCode.FAILED, Optional.ofNullable(e.getMessage()).orElse("unexpected failure"), e);
        err.println("muster: " + failure.line());
        failure.more().forEach(line -> err.println("  " + line));
        if (session.verbose() && failure.getCause() != null) {
            failure.getCause().printStackTrace(err);
        }
        return failure.exitCode().number();
    }

    /** Verbs take the one session in their constructor. */
    private record Factory(Session session) implements IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (var constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Session.class) {
                    constructor.setAccessible(true);
                    return type.cast(constructor.newInstance(session));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }

    private static PrintWriter utf8(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), false);
    }
}
