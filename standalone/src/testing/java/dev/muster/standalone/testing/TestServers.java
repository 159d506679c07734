package dev.muster.standalone.testing;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where tests get their servers. Either way they behave the same, which {@code TestServersIT} holds. */
public sealed interface TestServers permits ProcessServers, ContainerServers {
    /** The switch: {@code processes} (default), {@code containers} or {@code auto}; also {@code MUSTER_TEST_SERVERS}. */
    String PROPERTY = "muster.test.servers";

    /** A new PostgreSQL; what a process writes is below {@code directory}, a container keeps its data to itself. */
    TestDatabase postgres(Path directory);

    /** A new Kafka, with {@code directory} as for {@link #postgres}. */
    TestBroker kafka(Path directory);

    /**
     * What the switch says.
     *
     * @throws IllegalArgumentException if it says something else
     * @throws IllegalStateException if it asks for containers and there can be none
     */
    static TestServers chosen() {
        return chosen(setting(PROPERTY).orElse("processes"), ContainerServers::obstacle);
    }

    /** The same for a given word; {@code obstacle} says why there can be no containers, and is asked only if need be. */
    static TestServers chosen(String word, Supplier<Optional<String>> obstacle) {
        return switch (word) {
            case "processes" -> new ProcessServers();
            case "containers" -> {
                obstacle.get().ifPresent(why -> {
                    throw new IllegalStateException("`" + PROPERTY + "` asks for containers, but " + why
                            + "; `./muster test --containers` sees to an engine and images, `processes` needs neither");
                });
                yield new ContainerServers();
            }
            case "auto" -> obstacle.get().isEmpty() ? new ContainerServers() : new ProcessServers();
            default ->
                throw new IllegalArgumentException(
                        "expected `processes`, `containers` or `auto` for `" + PROPERTY + "`, found `" + word + "`");
        };
    }

    /** A system property, or the variable of the environment that is named like it. */
    static Optional<String> setting(String property) {
        @Nullable String value = System.getProperty(property);
        if (value == null) {
            value = System.getenv(property.toUpperCase(Locale.ROOT).replace('.', '_'));
        }
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }
}
