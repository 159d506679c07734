package dev.muster.standalone.testing;

import dev.muster.standalone.kafka.KafkaOptions;
import dev.muster.standalone.kafka.KafkaServer;
import dev.muster.standalone.postgres.PostgresOptions;
import dev.muster.standalone.postgres.PostgresPasswords;
import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.standalone.process.RunningServer;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Child processes of the test, as {@code ./muster up} starts them. */
final class ProcessServers implements TestServers {
    @Override
    public TestDatabase postgres(Path directory) {
        return new Database(PostgresOptions.in(directory));
    }

    @Override
    public TestBroker kafka(Path directory) {
        return new Broker(KafkaOptions.in(directory));
    }

    private abstract static class Restarted<S extends RunningServer> implements TestServer {
        private final Supplier<S> starter;
        private S running;

        Restarted(Supplier<S> starter) {
            this.starter = starter;
            this.running = starter.get();
        }

        S running() {
            return running;
        }

        @Override
        public void kill() {
            running.kill();
        }

        @Override
        public void start() {
            running = starter.get();
        }

        @Override
        public void close() {
            running.close();
        }
    }

    private static final class Database extends Restarted<PostgresServer> implements TestDatabase {
        Database(PostgresOptions options) {
            super(() -> PostgresServer.start(options));
        }

        @Override
        public String jdbcUrl(String database) {
            return running().jdbcUrl(database);
        }

        @Override
        public String superuser() {
            return running().superuser();
        }

        @Override
        public PostgresPasswords passwords() {
            return running().options().passwords();
        }
    }

    private static final class Broker extends Restarted<KafkaServer> implements TestBroker {
        Broker(KafkaOptions options) {
            super(() -> KafkaServer.start(options));
        }

        @Override
        public String bootstrap() {
            return running().bootstrap();
        }
    }
}
