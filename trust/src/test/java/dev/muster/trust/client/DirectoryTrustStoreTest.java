package dev.muster.trust.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTrustStoreTest implements TrustStoreContract {
    @TempDir
    private Path directory;

    @Override
    public TrustStore store() {
        return new DirectoryTrustStore(directory.resolve("store"));
    }

    @Test
    void aWriteThatBrokeOffLeavesTheOldBytes() throws IOException {
        TrustStore store = store();
        store.write("root", new byte[] {1, 2, 3});
        // What is on disk when power fails before the rename: a torn temporary file.
        Files.write(directory.resolve("store/root.json.new"), new byte[] {9});

        assertThat(store().read("root")).hasValue(new byte[] {1, 2, 3});
        store().write("root", new byte[] {4});
        assertThat(store().read("root")).hasValue(new byte[] {4});
    }

    @Test
    void nothingIsWrittenOutsideTheDirectory() throws IOException {
        store().write("../../escaped", new byte[] {1});

        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile))
                    .containsExactly(directory.resolve("store/..%2F..%2Fescaped.json"));
        }
    }

    @Test
    void aDiskThatCannotBeWrittenIsAStorageFailure() throws IOException {
        TrustStore store = store();
        Files.createDirectories(directory.resolve("store/root.json/full"));

        assertThatThrownBy(() -> store.write("root", new byte[] {1})).isInstanceOf(TrustException.Storage.class);
        assertThatThrownBy(() -> store.read("root")).isInstanceOf(TrustException.Storage.class);
    }

    @Test
    void aRoleNameTooLongForAFileIsRefused() {
        assertThatThrownBy(() -> store().write("x".repeat(300), new byte[] {1}))
                .isInstanceOf(TrustException.Malformed.class);
    }
}
