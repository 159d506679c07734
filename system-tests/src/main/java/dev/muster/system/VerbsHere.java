package dev.muster.system;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Verbs of the packaged command line in this JVM, in a class loader that sees nothing else. What tests ask again and again
 * until it has come true would otherwise start a JVM twice a second, and take more of the machine than the product.
 */
final class VerbsHere {
    private static final Method RUN = load(Product.home().resolve("cli/target"));

    private VerbsHere() {}

    private static Method load(Path built) {
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> libraries = Files.newDirectoryStream(built.resolve("lib"), "*.jar")) {
            jars.add(url(built.resolve("muster-cli.jar")));
            for (Path library : libraries) {
                jars.add(url(library));
            }
            // Never closed: it lives as long as the tests.
            return new URLClassLoader("muster-cli", jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())
                    .loadClass("dev.muster.cli.Main")
                    .getMethod("run", Map.class, PrintWriter.class, PrintWriter.class, String[].class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the command line in `" + built + "` is not what it was", e);
        }
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }

    /** Runs one verb with these variables beside the process's own. */
    static Command run(Map<String, String> environment, String... words) {
        Map<String, String> all = new HashMap<>(System.getenv());
        all.putAll(environment);
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        try {
            int exit = (int) RUN.invoke(null, all, out, out, words);
            return new Command(Command.words("muster", words), exit, said.toString());
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError("`muster " + String.join(" ", words) + "` threw\n" + said, e);
        }
    }
}
