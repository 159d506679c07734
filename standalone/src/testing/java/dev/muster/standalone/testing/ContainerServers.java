package dev.muster.standalone.testing;

import com.github.dockerjava.api.exception.NotFoundException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/** Containers, by Testcontainers, on an engine of this machine. */
final class ContainerServers implements TestServers {
    /** Why there can be no containers here, if so: no engine, one elsewhere, or an image that nobody made. */
    static Optional<String> obstacle() {
        return ServerContainer.withOwnLoader(() -> {
            DockerClientFactory engine = DockerClientFactory.instance();
            if (!engine.isDockerAvailable()) {
                return Optional.of("no container engine answers");
            }
            String host = engine.dockerHostIpAddress();
            // Servers without encryption, and Kafka without a login, are for loopback only.
            if (!"localhost".equals(host) && !"127.0.0.1".equals(host)) {
                return Optional.of("the container engine is at `" + host + "` and not on this machine");
            }
            return List.of(TestImage.of("postgres"), TestImage.of("kafka")).stream()
                    .filter(image -> !image.pulled() && !isThere(engine, image))
                    .findFirst()
                    .map(image -> "the engine has no image `" + image.name() + "`");
        });
    }

    private static boolean isThere(DockerClientFactory engine, TestImage image) {
        try {
            engine.client().inspectImageCmd(image.name()).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    @Override
    public TestDatabase postgres(Path directory) {
        return PostgresContainer.run();
    }

    @Override
    public TestBroker kafka(Path directory) {
        return KafkaContainer.run();
    }
}
