package dev.muster.system;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One product with {@value #DEVICES} devices and the example story told, for all tests that only look or put back what
 * they change: started when the first of them asks, stopped at the end. Ask for it by a parameter of this type's record.
 */
public final class SharedProduct implements ParameterResolver {
    /** How many devices it has: {@code sim-01} and so on. */
    public static final int DEVICES = 4;

    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(SharedProduct.class);

    /**
     * The product with the login that it printed; the command line is logged in.
     *
     * @param name of the administrator
     * @param password of the administrator
     */
    public record Running(Product product, String name, String password) implements AutoCloseable {
        private static Running start() {
            try {
                Product product = Product.withSharedPrograms(
                        Files.createTempDirectory("muster-shared").resolve("data"), Product.freePortBase());
                String printed =
                        product.up("--devices", Integer.toString(DEVICES)).mustSucceed();
                product.login(printed);
                Product.Login login = Product.Login.printedIn(printed);
                return new Running(product, login.name(), login.password());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Enrols one more device, whose agent does not run. Who asks retires it in the end. */
        public void enrolAnother(String id) {
            try (AgentProcess agent = new AgentProcess(product.data().resolveSibling("agents"), id)) {
                agent.enrol(product.enrolFlags(1));
            }
        }

        /** A password of the instance, such as {@code postgres.superuser}. */
        public String secret(String name) {
            Properties secrets = new Properties();
            try (Reader reader = Files.newBufferedReader(product.data().resolve("secrets.properties"))) {
                secrets.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Objects.requireNonNull(secrets.getProperty(name), name);
        }

        @Override
        public void close() {
            product.close();
            Path folder = product.data().getParent();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Keeps the password out of reports. */
        @Override
        public String toString() {
            return "Running[" + product.data() + "]";
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(HERE).computeIfAbsent(Running.class, key -> Running.start(), Running.class);
    }
}
